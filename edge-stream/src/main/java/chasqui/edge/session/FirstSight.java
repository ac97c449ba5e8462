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
/// at to find where they begin.
final class FirstSight {

  /// Entries looked at. Where all of them are newer than the registration, everything since the owner's position is sent.
  static final int ENTRIES_MAX = 20;

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
    if (position.getAcked() >= position.getHead()) {
      tell(position, position.getHead(), nowMillis);
      return;
    }
    RouterPort.Taken taken = session.ask(
        MailboxRequest.newBuilder().setReadRange(ReadRange.newBuilder()
            .setConversationId(position.getConversationId())
            .setAfter(position.getAcked())
            .setUpto(position.getHead())
            .setEntriesMax(ENTRIES_MAX)
            .setBytesMax(session.limits().delivery().bytesMax())
            .setNewestFirst(true)),
        (response, now) -> answered(position, response, now));
    if (taken != RouterPort.Taken.TAKEN) {
      positions.opener().again(List.of(position.getConversationId()), nowMillis);
    }
  }

  private void answered(OpenPosition position, MailboxResponse response, long nowMillis) {
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
    for (Entry entry : read.getEntriesList()) {
      if (entry.getStampMicros() >= cutoffMicros) {
        boolean isFirstSeen = entry.getSeq() == read.getEntries(0).getSeq();
        tell(position, isFirstSeen ? Math.max(position.getAcked(), read.getAfter()) : entry.getSeq() - 1, nowMillis);
        return;
      }
    }
    tell(position, position.getHead(), nowMillis);
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
