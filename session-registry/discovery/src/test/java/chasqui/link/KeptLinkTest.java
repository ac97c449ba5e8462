package chasqui.link;

import static chasqui.link.LinkPair.await;
import static chasqui.link.LinkPair.down;
import static chasqui.link.LinkPair.up;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.router.v1.FromRouter;
import chasqui.router.v1.FromRouterItem;
import chasqui.router.v1.RouterLinkServiceGrpc;
import chasqui.router.v1.ToRouter;
import chasqui.router.v1.ToRouterItem;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A kept link as its opener sees it, and what the service that takes it in does with it.
class KeptLinkTest {

  private static final long HELLO = 7;

  private final String name = "kept-link-" + System.identityHashCode(this);
  private final ManualScheduler scheduler = new ManualScheduler();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final ServedLinks<FromRouterItem, FromRouter, ToRouter> served = new ServedLinks<>(
      items -> FromRouter.newBuilder().addAllItems(items).build(), LinkLimits.DEFAULT, System::nanoTime);
  private final ManagedChannel channel = InProcessChannelBuilder.forName(name).directExecutor().build();
  private final KeptLink<ToRouterItem, ToRouter, FromRouter> kept =
      new KeptLink<>(watched(), "the test's", channel, LinkLimits.DEFAULT, scheduler, new Random(1), new Recording());
  private Runnable whileOpening = () -> { };
  private Runnable whileAttaching = () -> { };
  private volatile boolean mute;
  private Server server;

  private final class Arrivals implements LinkCore<ToRouter> {
    @Override
    public void received(long link, ToRouter frame, long nowNanos) {
      frame.getItemsList().forEach(item -> events.add(link + " got " + item.getNotHere().getHead()));
    }

    @Override
    public void broken(long link, long nowNanos) {
      events.add(link + " is over");
    }

    @Override
    public void tick(long nowNanos) {}
  }

  /// As a peer that is paused: it takes everything and says nothing.
  private static final class Mute implements StreamObserver<ToRouter> {
    @Override
    public void onNext(ToRouter frame) {}

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
  }

  private final class Recording implements LinkOpener<ToRouterItem, ToRouter, FromRouter> {
    @Override
    public LinkListener<FromRouter> opening(Link<ToRouterItem, ToRouter> link) {
      whileOpening.run();
      link.offer(up(HELLO));
      return new LinkListener<>() {
        @Override
        public void onFrame(FromRouter frame) {
          if (frame.getItemsList().isEmpty()) {
            events.add("alive");
          }
          frame.getItemsList().forEach(item -> events.add("told " + item.getFanout().getHead()));
        }

        @Override
        public void onBroken(Status why) {
          events.add("broken " + why.getCode());
        }
      };
    }

    @Override
    public void opened(Link<ToRouterItem, ToRouter> link) {
      events.add("opened");
    }
  }

  private LinkKind<ToRouterItem, ToRouter, FromRouter> watched() {
    return new LinkKind<>(
        "router",
        (over, responses) -> {
          whileAttaching.run();
          return LinkKinds.ROUTER.method().apply(over, responses);
        },
        LinkKinds.ROUTER.framer());
  }

  @BeforeEach
  void serve() throws Exception {
    server = InProcessServerBuilder.forName(name).directExecutor().addService(
        new RouterLinkServiceGrpc.RouterLinkServiceImplBase() {
          @Override
          public StreamObserver<ToRouter> attach(StreamObserver<FromRouter> responses) {
            StreamObserver<ToRouter> link = served.attach(responses, new Arrivals());
            return mute ? new Mute() : link;
          }
        }).build().start();
  }

  @AfterEach
  void stop() {
    kept.close();
    channel.shutdownNow();
    server.shutdownNow();
    await(() -> channel.isTerminated() && server.isTerminated());
  }

  @Test
  void nobody_finds_the_link_before_its_hello_is_said() {
    List<Link.Offer> early = new CopyOnWriteArrayList<>();
    whileOpening = () -> early.add(kept.offer(up(1)));
    kept.start();
    assertEquals(List.of(Link.Offer.CLOSED), early);
    assertEquals(Link.Offer.ACCEPTED, kept.offer(up(2)));
    await(() -> events.contains("1 got 2"));
    assertEquals("1 got " + HELLO, events.stream().filter(event -> event.startsWith("1 got")).findFirst().orElseThrow());
  }

  @Test
  void a_link_that_the_service_ends_is_opened_again_under_another_number() {
    kept.start();
    await(() -> events.contains("1 got " + HELLO));
    served.end(1, Status.RESOURCE_EXHAUSTED);
    served.flush();
    await(() -> events.contains("broken RESOURCE_EXHAUSTED") && events.contains("1 is over"));
    assertFalse(kept.isOpen());
    assertEquals(Link.Offer.CLOSED, kept.offer(up(3)));
    assertEquals(Link.Offer.CLOSED, served.enqueue(1, down(4)));
    scheduler.runNext(); // the beat of the link that is over
    scheduler.runNext();
    await(() -> events.contains("2 got " + HELLO));
    assertTrue(kept.isOpen());
    assertEquals(Link.Offer.ACCEPTED, served.enqueue(2, down(5)));
    assertEquals(1, served.deepest());
    served.flush();
    await(() -> events.contains("told 5"));
  }

  @Test
  void a_link_that_is_closed_while_it_is_opened_ends() {
    whileAttaching = kept::close;
    kept.start();
    await(() -> events.contains("1 is over"));
    assertFalse(kept.isOpen());
    assertFalse(events.contains("opened"), "nobody is told of a link that has no use");
    assertEquals(0, scheduler.waiting(), "it is not opened again");
  }

  @Test
  void a_link_that_is_failed_while_it_is_opened_ends_at_once() {
    whileAttaching = () -> kept.fail(Status.UNAVAILABLE);
    kept.start();
    await(() -> events.contains("broken UNAVAILABLE"));
    assertFalse(kept.isOpen());
  }

  @Test
  void what_is_queued_when_the_service_closes_is_still_written() {
    kept.start();
    await(() -> events.contains("1 got " + HELLO));
    served.enqueueEphemeral(1, down(6));
    served.close();
    await(() -> events.contains("told 6") && events.contains("broken OK"));
  }

  @Test
  void a_link_on_which_nothing_comes_for_three_seconds_is_opened_again() {
    mute = true;
    kept.start();
    assertTrue(kept.isOpen());
    assertFalse(kept.isAnswered(), "connected, and nobody there");
    for (int beat = 1; beat <= 5; beat++) {
      scheduler.runNext();
      assertTrue(kept.isOpen(), "after beat " + beat);
    }
    scheduler.runNext();
    await(() -> events.contains("broken UNAVAILABLE"));
    assertFalse(kept.isOpen());
    mute = false;
    scheduler.runNext();
    await(() -> events.contains("2 got " + HELLO) && kept.isAnswered());
  }

  @Test
  void a_link_has_not_stood_where_nobody_listens() {
    server.shutdownNow();
    await(() -> server.isTerminated());
    kept.start();
    await(() -> events.contains("broken UNAVAILABLE"));
    assertFalse(kept.current().orElseThrow().hasStood());
  }

  @Test
  void a_link_has_stood_where_the_peer_said_nothing() {
    mute = true;
    kept.start();
    await(() -> kept.current().orElseThrow().hasStood());
  }

  @Test
  void a_peer_that_answers_keeps_a_quiet_link_open() {
    kept.start();
    await(() -> kept.isAnswered());
    for (int beat = 0; beat < 50; beat++) {
      scheduler.runNext();
    }
    assertTrue(kept.isOpen());
    assertEquals(List.of(), events.stream().filter(event -> event.startsWith("broken")).toList());
    long alive = events.stream().filter("alive"::equals).count();
    assertTrue(alive > 10 && alive < 30, "about one probe in two to three beats, got " + alive);
  }

  @Test
  void where_frames_come_no_probe_is_sent() {
    kept.start();
    await(() -> kept.isAnswered());
    long before = events.stream().filter("alive"::equals).count();
    for (int beat = 0; beat < 50; beat++) {
      served.enqueue(1, down(beat));
      served.flush();
      int told = beat;
      await(() -> events.contains("told " + told));
      scheduler.runNext();
    }
    assertEquals(before, events.stream().filter("alive"::equals).count());
  }

  @Test
  void a_closed_link_is_not_probed() {
    kept.start();
    kept.close();
    scheduler.runNext();
    assertEquals(0, scheduler.waiting());
  }
}
