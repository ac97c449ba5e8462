package chasqui.edge.session;

import chasqui.log.v1.Entry;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.OpenPosition;
import chasqui.mailbox.v1.RangeRead;
import chasqui.mailbox.v1.ReadRange;
import java.util.List;

/// How a new device comes to a conversation: it is told the head, to be acked, and given no entries from before its
/// registration. Those stamped after it are owed to it, though, even if their push was lost: the newest entries are looked
/// at to find where they begin, and if all of them are owed, those before, by halves. The answer rests on stamps alone: it is
/// the same each time that the device comes before it has acked.
final class FirstSight {

  /// Entries looked at together.
  static final int ENTRIES_MAX = 20;

  /// Where the first entry that is owed lies.
  ///
  /// @param position what the owner said
  /// @param before nothing up to here is owed
  /// @param owed an entry that is owed, or the place after the head where none is known
  private record Search(OpenPosition position, long before, long owed) {
    boolean isOver() {
      return owed - before <= 1;
    }

    long middle() {
      return before + (owed - before) / 2;
    }
  }

  private final SessionContext session;
  private final Positions positions;
  private long cutoffMicros;

  FirstSight(SessionContext session, Positions positions) {
    this.session = session;
    this.positions = positions;
  }

  /// When the device was registered.
  void registered(long registeredMicros) {
    cutoffMicros = registeredMicros - session.limits().sync().registrationSkew().toNanos() / 1000;
  }

  void look(OpenPosition position, long nowMillis) {
    Search search = new Search(position, position.getAcked(), position.getHead() + 1);
    if (search.isOver()) {
      tell(position, position.getHead(), nowMillis);
    } else {
      read(search, position.getHead(), ENTRIES_MAX, nowMillis);
    }
  }

  private void read(Search search, long upto, int entriesMax, long nowMillis) {
    OpenPosition position = search.position;
    RouterPort.Taken taken = session.ask(
        MailboxRequest.newBuilder().setReadRange(ReadRange.newBuilder()
            .setConversationId(position.getConversationId())
            .setAfter(search.before)
            .setUpto(upto)
            .setEntriesMax(entriesMax)
            .setBytesMax(session.limits().delivery().bytesMax())
            .setNewestFirst(true)),
        (response, now) -> answered(search, upto, response, now));
    if (taken != RouterPort.Taken.TAKEN) {
      positions.opener().again(List.of(position.getConversationId()), nowMillis);
    }
  }

  private void answered(Search search, long upto, MailboxResponse response, long nowMillis) {
    OpenPosition position = search.position;
    if (Refusals.isRefused(response)) {
      if (Refusals.isPassing(response)) {
        positions.opener().again(List.of(position.getConversationId()), nowMillis);
      } else {
        positions.opened(position.getConversationId(), null, nowMillis);
      }
      return;
    }
    RangeRead read = response.getRangeRead();
    if (read.getGeneration() != position.getGeneration()) {
      positions.opener().again(List.of(position.getConversationId()), nowMillis);
      return;
    }
    Search narrowed = narrow(search, upto, read);
    if (narrowed.isOver()) {
      tell(position, narrowed.owed - 1, nowMillis);
    } else {
      read(narrowed, narrowed.middle(), 1, nowMillis);
    }
  }

  // What an answer leaves out of the range that it covers, this device may not see. Stamps ascend: below an entry that is
  // not owed none is, above one that is owed all are.
  private Search narrow(Search search, long upto, RangeRead read) {
    long owed = search.owed;
    long before = upto;
    for (Entry entry : read.getEntriesList().reversed()) {
      if (entry.getStampMicros() < cutoffMicros) {
        return new Search(search.position, before, owed);
      }
      owed = entry.getSeq();
      before = owed - 1;
    }
    if (read.getEntriesCount() == 0) {
      return new Search(search.position, upto, owed);
    }
    boolean isCut = read.getAfter() > search.before;
    return new Search(search.position, search.before, isCut ? owed : search.before + 1);
  }

  /// Tells `upto` as the head; what follows is delivered.
  private void tell(OpenPosition position, long upto, long nowMillis) {
    boolean allIsOwed = upto <= position.getAcked() && upto < position.getHead();
    if (allIsOwed || upto == 0) {
      positions.place(position, position.getAcked(), null, nowMillis);
      return;
    }
    // Below what is told, so that its ack is waited for and stored.
    long before = Math.min(position.getAcked(), upto - 1);
    positions.place(position, before, Span.head(before, upto), nowMillis);
  }
}
