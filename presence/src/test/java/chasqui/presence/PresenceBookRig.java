package chasqui.presence;

import chasqui.link.Link.Offer;
import chasqui.link.LinkOutbound;
import chasqui.presence.v1.FromPresenceItem;
import chasqui.presence.v1.Here;
import chasqui.presence.v1.Left;
import chasqui.presence.v1.Look;
import chasqui.presence.v1.PresenceHello;
import chasqui.presence.v1.ToPresence;
import chasqui.presence.v1.ToPresenceItem;
import chasqui.presence.v1.Watch;
import io.grpc.Status;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;

/// A book that edges talk to, with time that moves by hand.
abstract class PresenceBookRig implements LinkOutbound<FromPresenceItem> {

  static final long E1 = 1;
  static final long E2 = 2;

  final Map<Long, List<String>> said = new HashMap<>();
  final Map<Long, Status> ended = new HashMap<>();
  final Set<Long> full = new HashSet<>();
  PresenceBook book;
  long now = 5_000_000_000L;

  @BeforeEach
  void begin() {
    start(PresenceConfig.DEFAULT);
  }

  void start(PresenceConfig config) {
    book = new PresenceBook(config, this, OpenTelemetry.noop().getMeter("test"));
    hello(E1, "e1");
    hello(E2, "e2");
  }

  void say(long link, ToPresenceItem.Builder item) {
    book.received(link, ToPresence.newBuilder().addItems(item).build(), now);
  }

  void hello(long link, String node) {
    say(link, ToPresenceItem.newBuilder().setHello(PresenceHello.newBuilder().setNodeId(node).setIncarnation("1")));
  }

  void here(long link, String user, long session) {
    say(link, ToPresenceItem.newBuilder().setHere(Here.newBuilder().setUserId(user).setSessionId(session)));
  }

  void left(long link, String user, long session, Duration silent) {
    say(link, ToPresenceItem.newBuilder().setLeft(
        Left.newBuilder().setUserId(user).setSessionId(session).setSilentMs(silent.toMillis())));
  }

  void watch(long link, String user) {
    say(link, ToPresenceItem.newBuilder().setWatch(Watch.newBuilder().setUserId(user)));
  }

  void look(long link, long request, String user, Duration owned) {
    say(link, ToPresenceItem.newBuilder().setLook(
        Look.newBuilder().setRequestId(request).setUserId(user).setOwnedMs(owned.toMillis())));
  }

  void after(long seconds) {
    for (long i = 0; i < seconds; i++) {
      now += 1_000_000_000L;
      book.tick(now);
    }
  }

  List<String> told(long link) {
    List<String> told = said.remove(link);
    return told == null ? List.of() : told;
  }

  @Override
  public Offer enqueueEphemeral(long link, FromPresenceItem item) {
    if (full.contains(link)) {
      return Offer.FULL;
    }
    said.computeIfAbsent(link, l -> new ArrayList<>())
        .add((item.getTold().getOnline() ? "+" : "-") + item.getTold().getUserId());
    return Offer.ACCEPTED;
  }

  @Override
  public Offer enqueue(long link, FromPresenceItem item) {
    if (!item.hasSeen()) {
      throw new AssertionError("what presence tells by itself can wait");
    }
    if (full.contains(link)) {
      return Offer.FULL;
    }
    said.computeIfAbsent(link, l -> new ArrayList<>()).add(item.getSeen().getRequestId()
        + (!item.getSeen().hasOnline() ? "?" : item.getSeen().getOnline() ? "+" : "-"));
    return Offer.ACCEPTED;
  }

  @Override
  public void end(long link, Status why) {
    ended.put(link, why);
  }

  @Override
  public void flush() {}
}
