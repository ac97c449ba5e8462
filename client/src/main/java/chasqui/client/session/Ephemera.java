package chasqui.client.session;

import chasqui.edge.v1.ClientFrame;
import java.util.Optional;
import java.util.function.Consumer;

/// What is said last, after everything durable: read marks, which are kept until they are answered, and what may get lost
/// without harm.
final class Ephemera {
  final TypingBook typing;
  final WatchList watched;
  final ReceiptBook receipts;

  Ephemera(Consumer<ClientEvent> events) {
    this.typing = new TypingBook(events);
    this.watched = new WatchList(events);
    this.receipts = new ReceiptBook(events);
  }

  /// What to say next on the newest stream.
  Optional<ClientFrame.Builder> next(Stream stream, ClientFrame.Builder frame, long nowMs) {
    var mark = receipts.next(stream, nowMs);
    if (mark.isPresent()) {
      return Optional.of(frame.setReadMark(mark.get()));
    }
    var subscription = watched.next(stream, nowMs);
    return subscription.isPresent()
        ? Optional.of(frame.setPresenceSubscription(subscription.get()))
        : typing.next(nowMs).map(frame::setTyping);
  }

  void onTimer(long nowMs) {
    typing.onTimer(nowMs);
    watched.onTimer(nowMs);
  }

  long deadlineMs(long nowMs) {
    return Math.min(Math.min(typing.deadlineMs(), watched.deadlineMs()), receipts.deadlineMs(nowMs));
  }
}
