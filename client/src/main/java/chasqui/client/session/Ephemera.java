package chasqui.client.session;

import chasqui.edge.v1.ClientFrame;
import java.util.Optional;
import java.util.function.Consumer;

/// What may get lost without harm. Said last, after everything durable.
final class Ephemera {
  final TypingBook typing;
  final WatchList watched;

  Ephemera(Consumer<ClientEvent> events) {
    this.typing = new TypingBook(events);
    this.watched = new WatchList(events);
  }

  /// What to say next on the newest stream.
  Optional<ClientFrame.Builder> next(Stream stream, ClientFrame.Builder frame, long nowMs) {
    var subscription = watched.next(stream);
    return subscription.isPresent()
        ? Optional.of(frame.setPresenceSubscription(subscription.get()))
        : typing.next(nowMs).map(frame::setTyping);
  }

  void onTimer(long nowMs) {
    typing.onTimer(nowMs);
  }

  long deadlineMs() {
    return typing.deadlineMs();
  }
}
