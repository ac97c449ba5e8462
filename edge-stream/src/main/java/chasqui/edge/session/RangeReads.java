package chasqui.edge.session;

import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.RangeRead;
import chasqui.mailbox.v1.ReadRange;
import java.util.LinkedHashSet;

/// Reads what a device has to be given and was not pushed: one read per conversation, a few per session, each with room
/// in the window reserved, and only while the device takes what it is given.
final class RangeReads {

  private final SessionContext session;
  private final HeadFollower follower;
  private final AckWindow window;
  private final Positions positions;
  private final Backoff backoff;
  private int reads;

  RangeReads(SessionContext session, HeadFollower follower, AckWindow window, Positions positions) {
    this.session = session;
    this.follower = follower;
    this.window = window;
    this.positions = positions;
    this.backoff = session.backoff();
  }

  /// Starts the reads that may start now.
  void pump(long nowMillis) {
    LinkedHashSet<ConversationTrack> waiting = follower.toRead();
    if (waiting == null || !backoff.ready(nowMillis)) {
      return;
    }
    int stuck = 0;
    int readsMax = session.limits().delivery().readsMax();
    while (reads < readsMax && stuck < waiting.size() && session.out.isReady() && !window.isFull()) {
      ConversationTrack track = waiting.getFirst();
      long upto = track.pushed == null ? track.head : track.pushed.after;
      int missing = (int) Math.min(session.limits().delivery().entriesMax(), upto - track.sent);
      int room = Math.min(missing, window.grant(track.held()));
      if (room < Math.min(missing, Math.max(1, window.share() / 4))) {
        // Not worth a read of its own yet: acks will make room for more.
        stuck++;
        waiting.remove(track);
        waiting.add(track);
      } else if (read(track, upto, room, nowMillis)) {
        stuck = 0;
      } else {
        return;
      }
    }
  }

  private boolean read(ConversationTrack track, long upto, int room, long nowMillis) {
    long after = track.sent;
    RouterPort.Taken taken = session.ask(
        MailboxRequest.newBuilder().setReadRange(ReadRange.newBuilder()
            .setConversationId(track.conversationId)
            .setAfter(after)
            .setUpto(upto)
            .setEntriesMax(room)
            .setBytesMax(session.limits().delivery().bytesMax())),
        (response, now) -> answered(track, after, response, now));
    if (taken != RouterPort.Taken.TAKEN) {
      backoff.failed(nowMillis);
      return false;
    }
    reads++;
    track.reading = true;
    track.reserved = room;
    window.use(room);
    follower.settle(track);
    session.metrics().rangeRead();
    return true;
  }

  private void answered(ConversationTrack track, long after, MailboxResponse response, long nowMillis) {
    reads--;
    track.reading = false;
    window.use(-track.reserved);
    track.reserved = 0;
    if (track.dropped) {
      return;
    }
    if (response.getOutcomeCase() == MailboxResponse.OutcomeCase.RANGE_READ) {
      backoff.worked();
      take(track, after, response.getRangeRead());
    } else if (Refusals.isPassing(response)) {
      backoff.failed(nowMillis);
    } else {
      positions.forget(track);
    }
    follower.settle(track);
  }

  private void take(ConversationTrack track, long after, RangeRead read) {
    if (track.opening || read.getGeneration() < track.generation) {
      return;
    }
    if (read.getGeneration() > track.generation) {
      positions.reopen(track, read.getGeneration());
      return;
    }
    follower.head(track, read.getHead());
    if (read.getUpto() <= after) {
      // The head that we were told is not this user's any more, as after a removal: the owner's word counts.
      session.metrics().odd(SessionMetrics.Oddity.READ_WITHOUT_PROGRESS);
      track.head = track.sent;
      return;
    }
    if (read.getUpto() > track.sent) {
      track.answer = Span.read(after, read.getUpto(), read.getEntriesList());
      track.reserved = read.getEntriesCount();
      window.use(track.reserved);
    }
  }
}
