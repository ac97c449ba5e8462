package chasqui.mailbox;

import chasqui.log.v1.Entry;
import chasqui.store.v1.MembershipRow;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;

/// An entry that has its `seq` and waits for its commit, with all that is to be stored along with it.
final class PendingEntry {

  /// What besides the entry itself it changes.
  ///
  /// @param roster the change of the roster; null if there is none
  /// @param tally who it counts for; null if it is no message
  /// @param rows the intervals of membership that change with it
  /// @param marked who gets a mark by this entry
  /// @param markedDay the day of these marks
  /// @param lasting true if some of them had no mark in this period yet
  /// @param emptied earlier entries that lose their content by this one
  record Effects(
      RosterChange roster, Tally tally, List<MembershipRow> rows, List<String> marked, int markedDay, boolean lasting,
      List<Entry> emptied) {}

  /// What the conversation's row says as of this entry.
  record After(String title, long rosterSeq, List<Long> pins, long messages) {}

  // Tags, lengths and numbers of the rows that go with an entry; counted once, generously.
  private static final int ROW_OVERHEAD_BYTES = 64;

  final Ask ask;
  final Entry entry;
  final boolean counted;
  /// The sender's counter; null if the entry has no counted id.
  final Counter counter;
  final Effects effects;
  final After after;
  /// An upper bound of what this entry adds to a commit.
  final int bytes;
  /// Repeats that came before the commit and share its outcome; null if there are none.
  List<Ask> repeats;

  PendingEntry(Ask ask, Entry entry, Counter counter, Effects effects, After after) {
    this.ask = ask;
    this.entry = entry;
    this.counted = counter != null;
    this.counter = counter;
    this.effects = effects;
    this.after = after;
    this.bytes = bytes(entry, effects);
  }

  /// True if the entry was appended under this id.
  boolean hasId(String userId, String deviceId, boolean countedId, ByteString id) {
    return counted == countedId
        && entry.getClientMessageId().equals(id)
        && entry.getSenderUser().equals(userId)
        && entry.getSenderDevice().equals(deviceId);
  }

  void join(Ask repeat) {
    if (repeats == null) {
      repeats = new ArrayList<>(1);
    }
    repeats.add(repeat);
  }

  private static int bytes(Entry entry, Effects effects) {
    // The sender stands in the id row and in the counter row too; UTF-8 takes at most three bytes for a char.
    int sender = 3 * (entry.getSenderUser().length() + entry.getSenderDevice().length());
    int sum = entry.getSerializedSize() + entry.getClientMessageId().size() + 2 * sender + 2 * ROW_OVERHEAD_BYTES;
    for (MembershipRow row : effects.rows()) {
      sum += row.getSerializedSize() + 4;
    }
    for (Entry emptied : effects.emptied()) {
      sum += emptied.getSerializedSize() + 4;
    }
    for (String user : effects.marked()) {
      sum += 3 * user.length() + 4;
    }
    return sum;
  }
}
