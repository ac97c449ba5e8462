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
  /// @param isPart the group was begun on an earlier page, and more moved in it since than are read at once: these are its
  ///     next ones by id. What was given of it stands for all of it, so they are given by id, up to the last
  record Group(ListPlace place, List<String> conversationIds, boolean isPart) {

    /// Behind this conversation of it.
    ListPlace after(long stampMicros, String conversationId) {
      return isPart ? place.past(conversationId) : place.after(stampMicros, conversationId);
    }

    /// Behind all of it.
    ListPlace behind() {
      return isPart ? place.past(conversationIds.getLast()) : place.behind();
    }
  }

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
    if (goesOn && from.givenStamp() != 0) {
      begin = begun(ids);
      boolean isPart = begin == ids.size() && !isWhole && !ids.getLast().equals(from.upto());
      if (begin > 0) {
        groups.add(new Group(from, ids.subList(0, begin), isPart));
      }
      after = from.upto();
    }
    while (begin < ids.size()) {
      int end = Math.min(ids.size(), begin + SIZE);
      if (end == ids.size() && end - begin < SIZE && !isWhole && !groups.isEmpty()) {
        return;
      }
      String upto = end == ids.size() && isWhole ? "" : ids.get(end - 1);
      groups.add(new Group(from.group(moved.getSpan(), after, upto), ids.subList(begin, end), false));
      after = upto;
      begin = end;
    }
  }

  /// Where the group that was begun on an earlier page ends.
  private int begun(List<String> ids) {
    return (int) ids.stream().takeWhile(id -> from.upto().isEmpty() || id.compareTo(from.upto()) <= 0).count();
  }
}
