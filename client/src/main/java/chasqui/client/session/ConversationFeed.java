package chasqui.client.session;

import chasqui.edge.v1.Position;
import chasqui.log.v1.Entry;
import java.util.List;
import java.util.TreeMap;

/// One conversation on this device: what was handed to the listener, and what is held back behind a gap.
///
/// Every piece of the log comes as a range `(after, upto]` with its visible entries. A range that begins at or below the
/// position moves it; one that begins above is held. `wanted` remembers how far the log is known to reach, so that a
/// range may be dropped and asked for again.
final class ConversationFeed {

  /// Where entries go.
  interface Sink {
    void entry(String conversationId, long generation, Entry entry);
  }

  private record Held(long upto, List<Entry> entries, long bytes) {}

  final String conversationId;
  private final Sink sink;
  private long generation;
  private long seq;

  /// False until something tells where this device begins.
  private boolean based;

  private long wanted;
  private final TreeMap<Long, Held> held = new TreeMap<>();
  private int heldEntries;
  private long heldBytes;
  private int shownSinceMark;

  /// The repair of a gap; owned by [Feeds].
  long requestId;
  long requestUpto;
  long repairAtMs = Long.MAX_VALUE;
  int repairFailures;

  ConversationFeed(String conversationId, Sink sink) {
    this.conversationId = conversationId;
    this.sink = sink;
  }

  void restore(Position position) {
    generation = position.getGeneration();
    seq = position.getSeq();
    wanted = seq;
    based = true;
  }

  /// Takes a range. Returns whether it was of use: false for one that was covered already.
  boolean take(long after, long upto, List<Entry> entries) {
    wanted = Math.max(wanted, upto);
    if (upto <= seq) {
      return false;
    }
    if (after > seq) {
      hold(after, upto, entries);
      return true;
    }
    show(upto, entries);
    showHeld();
    return true;
  }

  /// Says where this device begins: where the server counts from, or below what is held already.
  void base(long at) {
    seq = held.isEmpty() ? at : Math.min(at, held.firstKey());
    based = true;
    wanted = Math.max(wanted, seq);
    showHeld();
  }

  /// Keeps a range although nobody knows yet where this device begins.
  void hold(long after, long upto, List<Entry> entries) {
    wanted = Math.max(wanted, upto);
    var before = held.get(after);
    if (before != null && before.upto >= upto) {
      return;
    }
    long bytes = 0;
    for (var entry : entries) {
      bytes += entry.getSerializedSize();
    }
    held.put(after, new Held(upto, entries, bytes));
    heldEntries += entries.size() - (before == null ? 0 : before.entries.size());
    heldBytes += bytes - (before == null ? 0 : before.bytes);
  }

  /// A head without entries: what is held up to it is shown, the rest is left out.
  void jump(long head) {
    while (!held.isEmpty() && held.firstKey() < head) {
      var first = pollHeld();
      if (first.upto > seq) {
        show(first.upto, first.entries);
      }
    }
    seq = Math.max(seq, head);
    based = true;
    wanted = Math.max(wanted, seq);
    showHeld();
  }

  /// The log is known to reach up to here; what is missing will be asked for.
  void expect(long head) {
    wanted = Math.max(wanted, head);
  }

  /// The conversation begins anew in a later generation.
  void regenerate(long now) {
    generation = now;
    seq = 0;
    wanted = 0;
    based = false;
    shownSinceMark = 0;
    drop();
  }

  /// Forgets what is held; `wanted` still tells that it is missing.
  void drop() {
    held.clear();
    heldEntries = 0;
    heldBytes = 0;
  }

  private void show(long upto, List<Entry> entries) {
    for (var entry : entries) {
      if (entry.getSeq() > seq && entry.getSeq() <= upto) {
        seq = entry.getSeq();
        shownSinceMark++;
        sink.entry(conversationId, generation, entry);
      }
    }
    seq = upto;
  }

  private void showHeld() {
    while (!held.isEmpty() && held.firstKey() <= seq) {
      var first = pollHeld();
      if (first.upto > seq) {
        show(first.upto, first.entries);
      }
    }
  }

  private Held pollHeld() {
    var first = held.pollFirstEntry().getValue();
    heldEntries -= first.entries.size();
    heldBytes -= first.bytes;
    return first;
  }

  /// Entries shown since the last call.
  int takeShown() {
    int shown = shownSinceMark;
    shownSinceMark = 0;
    return shown;
  }

  /// Whether something above the position is known of that is not shown.
  boolean hasGap() {
    return based ? wanted > seq : wanted > 0;
  }

  /// The upper end of the first missing range.
  long gapUpto() {
    return held.isEmpty() ? wanted : held.firstKey();
  }

  Position position() {
    return Position.newBuilder().setConversationId(conversationId).setGeneration(generation).setSeq(seq).build();
  }

  long generation() {
    return generation;
  }

  void adopt(long firstGeneration) {
    generation = firstGeneration;
  }

  long seq() {
    return seq;
  }

  boolean based() {
    return based;
  }

  int heldEntries() {
    return heldEntries;
  }

  long heldBytes() {
    return heldBytes;
  }
}
