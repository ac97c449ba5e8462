package chasqui.mailbox.custody;

import chasqui.log.v1.Entry;
import chasqui.mailbox.v1.Push;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.JournalBatch;
import chasqui.store.v1.MarkRows;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The newest entry of each conversation of some batches, in whatever order they come.
final class Heads {

  /// Conversations that are named; more are told of as a whole.
  static final int CONVERSATIONS_MAX = 20_000;
  /// Bytes of what is named.
  static final long BYTES_MAX = 16L << 20;

  private static final class Head {
    Entry entry;
    long generation;
    long rosterSeq;
    final Set<String> marked = new HashSet<>();
  }

  private final Map<String, Head> heads = new LinkedHashMap<>();
  private long bytes;
  private boolean whole = true;

  void add(JournalBatch batch) {
    for (ConversationCommit commit : batch.getCommitsList()) {
      if (whole && commit.getEntriesCount() > 0) {
        add(commit);
      }
    }
    if (heads.size() > CONVERSATIONS_MAX || bytes > BYTES_MAX) {
      whole = false;
      heads.clear();
    }
  }

  private void add(ConversationCommit commit) {
    Head head = heads.computeIfAbsent(commit.getConversationId(), id -> new Head());
    Entry newest = commit.getEntries(commit.getEntriesCount() - 1);
    if (head.entry == null || newest.getSeq() > head.entry.getSeq()) {
      bytes += newest.getSerializedSize() - (head.entry == null ? 0 : head.entry.getSerializedSize());
      head.entry = newest;
      head.generation = commit.getRow().getGeneration();
      head.rosterSeq = commit.getRow().getRosterSeq();
    }
    for (MarkRows marks : commit.getMarksList()) {
      for (String user : marks.getUserIdsList()) {
        bytes += head.marked.add(user) ? user.length() : 0;
      }
    }
  }

  /// False if there are more than are named: then none is.
  boolean isWhole() {
    return whole;
  }

  List<Push> pushes() {
    return heads.entrySet().stream()
        .map(named -> Push.newBuilder()
            .setConversationId(named.getKey())
            .setGeneration(named.getValue().generation)
            .setEntry(named.getValue().entry)
            .setRosterSeq(named.getValue().rosterSeq)
            .addAllMarkedUsers(named.getValue().marked.stream().sorted().toList())
            .build())
        .toList();
  }
}
