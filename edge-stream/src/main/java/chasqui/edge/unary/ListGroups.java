package chasqui.edge.unary;

import chasqui.mailbox.v1.Activity;
import chasqui.mailbox.v1.Moved;
import java.util.ArrayList;
import java.util.List;

/// Cuts what was read of a user's activity into the groups that are put in order by themselves: a span of time, or a part
/// of one in which very many conversations moved.
final class ListGroups {

  /// Conversations of a group, unless some moved for the first time on its day since it was begun.
  static final int SIZE = 500;

  /// @param place where the group begins, and what was given of it
  record Group(ListPlace place, List<String> conversationIds) {}

  private final ListPlace from;
  private final List<Group> groups = new ArrayList<>();

  private ListGroups(ListPlace from) {
    this.from = from;
  }

  /// The groups from this place on, as far as they were read to their end; at least one where anything was read.
  static List<Group> of(ListPlace from, Activity read) {
    ListGroups cut = new ListGroups(from);
    for (int i = 0; i < read.getSpansCount(); i++) {
      cut.add(read.getSpans(i), !read.getMore() || i < read.getSpansCount() - 1);
    }
    return cut.groups;
  }

  private void add(Moved moved, boolean isWhole) {
    List<String> ids = moved.getConversationIdsList();
    boolean goesOn = groups.isEmpty() && moved.getSpan().equals(from.span());
    String after = goesOn ? from.after() : "";
    int begin = 0;
    while (begin < ids.size()) {
      int end = goesOn && from.givenStamp() != 0 ? begun(ids) : Math.min(ids.size(), begin + SIZE);
      goesOn = false;
      if (end == ids.size() && end - begin < SIZE && !isWhole && !groups.isEmpty()) {
        return;
      }
      String upto = end == ids.size() && isWhole ? "" : ids.get(end - 1);
      groups.add(new Group(from.group(moved.getSpan(), after, upto), ids.subList(begin, end)));
      after = upto;
      begin = end;
    }
  }

  /// Where the group that was begun on an earlier page ends.
  private int begun(List<String> ids) {
    int end = (int) ids.stream().takeWhile(id -> from.upto().isEmpty() || id.compareTo(from.upto()) <= 0).count();
    return Math.max(end, 1);
  }
}
