package chasqui.client.session;

import chasqui.client.session.SessionBounds.RetryBounds;
import chasqui.edge.v1.Drain;
import chasqui.error.v1.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The streams of a session, oldest first, and the opening and closing of them.
///
/// Normally there is one. A second is opened when the server drains the first; the older one is closed once the newer
/// has caught up and no message on the older waits for an answer.
final class StreamKeeper {
  private final RetryBounds bounds;
  private final SessionEffects effects;
  private final Records records;
  private final Dialer dialer;
  private final SendQueue sends;
  private final Feeds feeds;
  private final List<Stream> streams = new ArrayList<>();
  private long tokenRefreshAtMs = Long.MAX_VALUE;

  StreamKeeper(
      RetryBounds bounds, SessionEffects effects, Records records, Dialer dialer, SendQueue sends, Feeds feeds) {
    this.bounds = bounds;
    this.effects = effects;
    this.records = records;
    this.dialer = dialer;
    this.sends = sends;
    this.feeds = feeds;
  }

  List<Stream> all() {
    return streams;
  }

  Optional<Stream> find(long number) {
    return streams.stream().filter(stream -> stream.number == number).findFirst();
  }

  boolean isNewest(Stream stream) {
    return stream == streams.getLast();
  }

  Optional<Stream> newestLive() {
    for (var stream : streams.reversed()) {
      if (stream.phase == Stream.Phase.LIVE) {
        return Optional.of(stream);
      }
    }
    return Optional.empty();
  }

  void drained(Stream stream, Drain drain, long nowMs) {
    stream.draining = true;
    var reconnectAfter = duration(drain.getReconnectAfter());
    effects.emit(new ClientEvent.Draining(stream.number, duration(drain.getDeadline()), reconnectAfter));
    if (isNewest(stream) && !dialer.isScheduled()) {
      dialer.nextEndpoint();
      dialer.schedule(nowMs + reconnectAfter.toMillis());
    }
  }

  /// A stream is gone: what was on it goes elsewhere, and a new one is opened unless another does its work.
  ///
  /// @return why the session cannot go on, if so
  Optional<Dialer.Verdict.Stop> lost(Stream stream, StreamEnd end, long nowMs) {
    boolean newest = isNewest(stream);
    streams.remove(stream);
    sends.streamLost(stream);
    feeds.streamLost(nowMs);
    if (stream.phase == Stream.Phase.LEAVING) {
      return Optional.empty();
    }
    if (!newest) {
      tell(stream, end, Duration.ZERO);
      return Optional.empty();
    }
    return switch (dialer.ended(end, stream.phase == Stream.Phase.LIVE)) {
      case Dialer.Verdict.Stop stop -> Optional.of(stop);
      case Dialer.Verdict.Redial(long delayMs) -> {
        // A slot that the server assigned when it drained the stream stands.
        if (!dialer.isScheduled()) {
          dialer.schedule(nowMs + delayMs);
        }
        tell(stream, end, Duration.ofMillis(Math.max(0, dialer.dueMs() - nowMs)));
        yield Optional.empty();
      }
    };
  }

  private void tell(Stream stream, StreamEnd end, Duration retryIn) {
    if (end.reason() == Reason.REASON_UNAUTHENTICATED || end.reason() == Reason.REASON_TOKEN_EXPIRED) {
      effects.emit(new ClientEvent.AuthExpired(end.message()));
    }
    if (stream.phase == Stream.Phase.OPENING) {
      effects.emit(new ClientEvent.ConnectFailed(stream.endpoint, end.reason(), end.message(), retryIn));
    } else if (newestLive().isEmpty()) {
      effects.emit(new ClientEvent.Disconnected(end.reason(), end.message(), retryIn));
    }
  }

  /// What time has brought.
  Optional<Dialer.Verdict.Stop> onTimer(long nowMs) {
    for (var stream : List.copyOf(streams)) {
      if (stream.silentTooLong(nowMs)) {
        effects.cancel(stream.number, "nothing heard in time");
        var end = stream.phase == Stream.Phase.LIVE
            ? StreamEnd.of(Reason.REASON_HEARTBEAT_MISSED, "nothing heard for " + stream.timeoutMs + " ms")
            : StreamEnd.of(Reason.REASON_DEADLINE_EXCEEDED, "not welcomed in time");
        var stop = lost(stream, end, nowMs);
        if (stop.isPresent()) {
          return stop;
        }
      }
    }
    if (tokenRefreshAtMs <= nowMs) {
      tokenRefreshAtMs = Long.MAX_VALUE;
      refreshToken();
    }
    dial(nowMs);
    return Optional.empty();
  }

  private void dial(long nowMs) {
    boolean opening = !streams.isEmpty() && streams.getLast().phase == Stream.Phase.OPENING;
    if (opening || !dialer.isDue(nowMs)) {
      return;
    }
    if (!dialer.hasToken()) {
      if (dialer.askForToken()) {
        effects.requestToken(dialer.tokenWasBad());
      }
      return;
    }
    long number = dialer.dial();
    records.append(new StoreRecord.Connecting(number), false);
    streams.add(new Stream(number, dialer.endpoint(), nowMs + bounds.welcomeTimeoutMs()));
    effects.open(number, dialer.endpoint());
  }

  /// Closes the older stream when its time has come.
  void retire(long nowMs) {
    if (streams.size() < 2 || !streams.getLast().caughtUp) {
      return;
    }
    for (var stream : streams.subList(0, streams.size() - 1)) {
      if (stream.phase == Stream.Phase.LIVE && stream.unanswered == 0) {
        stream.phase = Stream.Phase.LEAVING;
        stream.phaseDeadlineMs = nowMs + bounds.closeTimeoutMs();
        effects.halfClose(stream.number);
      }
    }
  }

  void refreshToken() {
    if (dialer.askForToken()) {
      effects.requestToken(true);
    }
  }

  void gotToken(String token) {
    dialer.gotToken(token);
    streams.stream().filter(stream -> stream.helloSent).forEach(stream -> stream.tokenDue = true);
  }

  void noToken(String message, long nowMs) {
    dialer.noToken();
    long atMs = nowMs + dialer.retryDelayMs();
    if (dialer.isDue(nowMs)) {
      dialer.postpone(atMs);
      effects.emit(new ClientEvent.ConnectFailed(
          dialer.endpoint(), Reason.REASON_UNAUTHENTICATED, message, Duration.ofMillis(atMs - nowMs)));
    } else {
      tokenRefreshAtMs = atMs;
    }
  }

  /// Ends every stream, gently if the session is closed in good order.
  void endAll(boolean gently, String why) {
    for (var stream : streams) {
      if (!gently || stream.phase == Stream.Phase.OPENING) {
        effects.cancel(stream.number, why);
      } else if (stream.phase == Stream.Phase.LIVE) {
        effects.halfClose(stream.number);
      }
    }
    streams.clear();
  }

  long deadlineMs(long nowMs) {
    long earliest = Math.min(later(dialer.dueMs(), nowMs), tokenRefreshAtMs);
    for (var stream : streams) {
      earliest = Math.min(earliest, stream.deadlineMs(nowMs));
    }
    return earliest;
  }

  /// What is due already waits for something else: a stream to take frames, or a token.
  static long later(long deadlineMs, long nowMs) {
    return deadlineMs > nowMs ? deadlineMs : Long.MAX_VALUE;
  }

  private static Duration duration(com.google.protobuf.Duration duration) {
    return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
  }
}
