package chasqui.link;

import static chasqui.link.LinkPair.await;
import static chasqui.link.LinkPair.down;
import static chasqui.link.LinkPair.up;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.link.Link.Offer;
import chasqui.link.LinkPair.Transport;
import chasqui.router.v1.CompareAll;
import chasqui.router.v1.FromRouterItem;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LinkTest {

  private static final LinkLimits SMALL = new LinkLimits(64, 1 << 20, 8, 4096, 2);
  private static final FromRouterItem LOST =
      FromRouterItem.newBuilder().setCompareAll(CompareAll.getDefaultInstance()).build();

  @ParameterizedTest
  @EnumSource
  void items_arrive_in_the_order_of_their_offers(Transport transport) throws Exception {
    try (LinkPair pair = new LinkPair(transport, LinkLimits.DEFAULT)) {
      for (long i = 1; i <= 20_000; i++) {
        assertEquals(Offer.ACCEPTED, pair.clientLink.offer(up(i)));
      }
      await(() -> pair.server.got.size() == 20_000);
      assertEquals(LongStream.rangeClosed(1, 20_000).boxed().toList(), List.copyOf(pair.server.got));
    }
  }

  @ParameterizedTest
  @EnumSource
  void offers_made_before_the_call_has_started_are_sent_first(Transport transport) throws Exception {
    try (LinkPair pair = new LinkPair(transport, LinkLimits.DEFAULT, link -> link.offer(up(1)))) {
      pair.clientLink.offer(up(2));
      await(() -> pair.server.got.size() == 2);
      assertEquals(List.of(1L, 2L), List.copyOf(pair.server.got));
    }
  }

  @ParameterizedTest
  @EnumSource
  void an_empty_frame_is_answered_by_one_and_the_server_s_listener_hears_nothing(Transport transport) throws Exception {
    try (LinkPair pair = new LinkPair(transport, LinkLimits.DEFAULT)) {
      pair.clientLink.probe();
      await(() -> pair.client.frameSizes.size() == 1);
      assertEquals(List.of(0), List.copyOf(pair.client.frameSizes));
      assertEquals(0, pair.server.frameSizes.size());
      pair.clientLink.enqueue(up(1));
      pair.clientLink.probe();
      await(() -> pair.server.got.size() == 1);
      assertEquals(1, pair.server.frameSizes.size(), "where something waits, that is the frame");
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_probe_on_a_link_that_is_being_closed_does_not_break_it(Transport transport) throws Exception {
    try (LinkPair pair = new LinkPair(transport, LinkLimits.DEFAULT)) {
      pair.serverLink.close();
      pair.serverLink.probe();
      pair.clientLink.probe();
      await(() -> pair.client.broken.size() == 1);
      assertEquals(Status.Code.OK, pair.client.broken.element().getCode());
    }
  }

  @ParameterizedTest
  @EnumSource
  void what_is_queued_becomes_frames_of_the_bounded_size(Transport transport) throws Exception {
    try (LinkPair pair = new LinkPair(transport, SMALL)) {
      for (long i = 1; i <= 20; i++) {
        assertEquals(Offer.ACCEPTED, pair.clientLink.enqueue(up(i)));
      }
      pair.clientLink.flush();
      await(() -> pair.server.got.size() == 20);
      assertEquals(List.of(8, 8, 4), List.copyOf(pair.server.frameSizes));
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_frame_ends_at_its_bytes_but_takes_one_item_whatever_its_size(Transport transport) throws Exception {
    try (LinkPair pair = new LinkPair(transport, SMALL)) {
      pair.clientLink.enqueue(up(1, 3000));
      pair.clientLink.enqueue(up(2, 3000));
      pair.clientLink.enqueue(up(3, 9000));
      pair.clientLink.enqueue(up(4, 10));
      pair.clientLink.flush();
      await(() -> pair.server.got.size() == 4);
      assertEquals(List.of(1, 1, 1, 1), List.copyOf(pair.server.frameSizes));
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_peer_that_takes_nothing_fills_the_queue_to_its_bound_and_no_further(Transport transport) throws Exception {
    try (LinkPair pair = new LinkPair(transport, SMALL)) {
      AtomicBoolean stuck = new AtomicBoolean(true);
      CountDownLatch release = new CountDownLatch(1);
      pair.server.onItem = number -> holdUp(stuck, release);
      Thread first = Thread.ofPlatform().start(() -> pair.clientLink.offer(up(0, 4000)));
      await(() -> pair.server.got.size() == 1);
      long accepted = 0;
      while (pair.clientLink.offer(up(1, 4000)) == Offer.ACCEPTED) {
        accepted++;
        assertTrue(accepted < 10_000, "isReady() is ignored: the queue never fills");
      }
      assertTrue(pair.clientLink.depth() <= SMALL.itemsQueuedMax());
      assertEquals(Offer.FULL, pair.clientLink.offer(up(1, 4000)));
      release.countDown();
      first.join();
      long expected = accepted + 1;
      await(() -> pair.server.got.size() == expected);
      assertEquals(0, pair.clientLink.depth());
      assertEquals(0, pair.clientLink.depthBytes());
      assertEquals(Offer.ACCEPTED, pair.clientLink.offer(up(2)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void bytes_are_bounded_too(Transport transport) throws Exception {
    LinkLimits limits = new LinkLimits(10_000, 100_000, 8, 4096, 1);
    try (LinkPair pair = new LinkPair(transport, limits)) {
      for (int i = 0; i < 9; i++) {
        assertEquals(Offer.ACCEPTED, pair.clientLink.enqueue(up(i, 10_000)));
      }
      assertEquals(Offer.FULL, pair.clientLink.enqueue(up(9, 10_000)));
      assertEquals(Offer.ACCEPTED, pair.clientLink.enqueue(up(10, 100)), "a smaller one still fits");
      pair.clientLink.flush();
      await(() -> pair.server.got.size() == 10);
    }
  }

  @ParameterizedTest
  @EnumSource
  void what_was_dropped_is_told_once_after_what_was_queued_before(Transport transport) throws Exception {
    try (LinkPair pair = new LinkPair(transport, SMALL)) {
      int accepted = 0;
      for (long i = 1; i <= 100; i++) {
        accepted += pair.serverLink.enqueueOr(down(i), LOST) == Offer.ACCEPTED ? 1 : 0;
      }
      assertEquals(SMALL.itemsDroppableMax(), accepted);
      assertEquals(Offer.ACCEPTED, pair.serverLink.enqueue(down(1000)), "the last quarter is for answers");
      pair.serverLink.flush();
      int expected = accepted + 2;
      await(() -> pair.client.got.size() == expected);
      List<Long> numbers = new ArrayList<>(LongStream.rangeClosed(1, accepted).boxed().toList());
      numbers.add(-1L);
      numbers.add(1000L);
      assertEquals(numbers, List.copyOf(pair.client.got));
      pair.serverLink.enqueueOr(down(7), LOST);
      pair.serverLink.flush();
      await(() -> pair.client.got.size() == expected + 1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_peer_that_answers_inline_is_answered_without_end_or_overflow(Transport transport) throws Exception {
    int turns = transport == Transport.IN_PROCESS ? 20_000 : 1_000;
    try (LinkPair pair = new LinkPair(transport, SMALL)) {
      pair.server.onItem = number -> pair.serverLink.offer(down(number));
      pair.client.onItem = number -> {
        if (number < turns) {
          pair.clientLink.offer(up(number + 1));
        }
      };
      pair.clientLink.offer(up(1));
      await(() -> pair.client.got.size() == turns);
      assertEquals(0, pair.client.overlaps.get() + pair.server.overlaps.get());
    }
  }

  @ParameterizedTest
  @EnumSource
  void threads_offering_in_both_directions_neither_deadlock_nor_mix_their_orders(Transport transport) throws Exception {
    try (LinkPair pair = new LinkPair(transport, LinkLimits.DEFAULT)) {
      pair.server.onItem = number -> offerUntilTaken(() -> pair.serverLink.offer(down(-number)));
      List<Thread> threads = new ArrayList<>();
      for (int t = 1; t <= 2; t++) {
        long base = t * 1_000_000L;
        threads.add(Thread.ofPlatform().start(() -> {
          for (long i = 0; i < 20_000; i++) {
            long number = base + i;
            offerUntilTaken(() -> pair.clientLink.offer(up(number)));
            offerUntilTaken(() -> pair.serverLink.offer(down(number)));
          }
        }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      await(() -> pair.server.got.size() == 40_000 && pair.client.got.size() == 80_000);
      for (int t = 1; t <= 2; t++) {
        long base = t * 1_000_000L;
        List<Long> expected = LongStream.range(base, base + 20_000).boxed().toList();
        assertEquals(expected, pair.server.got.stream().filter(n -> n >= base && n < base + 1_000_000).toList());
        assertEquals(expected, pair.client.got.stream().filter(n -> n >= base && n < base + 1_000_000).toList());
        assertEquals(expected, pair.client.got.stream().map(n -> -n).filter(n -> n >= base && n < base + 1_000_000).toList());
      }
      assertEquals(0, pair.client.overlaps.get() + pair.server.overlaps.get(), "a listener was called by two threads at once");
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_lost_peer_is_told_once_on_both_ends_and_offers_answer_closed(Transport transport) throws Exception {
    try (LinkPair pair = new LinkPair(transport, LinkLimits.DEFAULT)) {
      pair.shutdownNow();
      await(() -> !pair.client.broken.isEmpty() && !pair.server.broken.isEmpty());
      assertEquals(Offer.CLOSED, pair.clientLink.offer(up(1)));
      assertEquals(Offer.CLOSED, pair.serverLink.offer(down(1)));
      pair.clientLink.fail(Status.UNAVAILABLE);
      pair.serverLink.close();
      assertEquals(1, pair.client.broken.size());
      assertEquals(1, pair.server.broken.size());
      assertEquals(0, pair.clientLink.depth());
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_closed_link_still_writes_what_was_queued_and_ends_both_sides(Transport transport) throws Exception {
    try (LinkPair pair = new LinkPair(transport, SMALL)) {
      for (long i = 1; i <= 20; i++) {
        pair.clientLink.enqueue(up(i));
      }
      pair.clientLink.close();
      assertFalse(pair.clientLink.isOpen());
      await(() -> !pair.client.broken.isEmpty() && !pair.server.broken.isEmpty());
      assertEquals(20, pair.server.got.size());
      assertTrue(pair.client.broken.peek().isOk());
      assertTrue(pair.server.broken.peek().isOk());
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_link_closed_by_its_server_ends_both_sides(Transport transport) throws Exception {
    try (LinkPair pair = new LinkPair(transport, SMALL)) {
      pair.serverLink.enqueue(down(1));
      pair.serverLink.close();
      await(() -> !pair.client.broken.isEmpty() && !pair.server.broken.isEmpty());
      assertEquals(List.of(1L), List.copyOf(pair.client.got));
      assertTrue(pair.client.broken.peek().isOk());
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_failed_link_tells_why_on_both_sides_once(Transport transport) throws Exception {
    try (LinkPair pair = new LinkPair(transport, SMALL)) {
      pair.serverLink.failLater(Status.FAILED_PRECONDITION.withDescription("no hello"));
      assertTrue(pair.client.broken.isEmpty(), "nothing is done before the flush");
      pair.serverLink.flush();
      await(() -> !pair.client.broken.isEmpty() && !pair.server.broken.isEmpty());
      assertEquals(Status.Code.FAILED_PRECONDITION, pair.client.broken.peek().getCode());
      assertEquals("no hello", pair.server.broken.peek().getDescription());
      assertEquals(1, pair.client.broken.size());
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_listener_that_throws_ends_the_link_and_spares_the_sender(Transport transport) throws Exception {
    try (LinkPair pair = new LinkPair(transport, SMALL)) {
      pair.server.onItem = number -> {
        throw new IllegalStateException("on purpose");
      };
      assertEquals(Offer.ACCEPTED, pair.clientLink.offer(up(1)));
      await(() -> !pair.client.broken.isEmpty() && !pair.server.broken.isEmpty());
      assertEquals(Status.Code.INTERNAL, pair.client.broken.peek().getCode());
    }
  }

  private static void offerUntilTaken(java.util.function.Supplier<Offer> offer) {
    while (offer.get() == Offer.FULL) {
      Thread.onSpinWait();
    }
  }

  private static void holdUp(AtomicBoolean stuck, CountDownLatch release) {
    if (stuck.compareAndSet(true, false)) {
      try {
        release.await();
      } catch (InterruptedException stopped) {
        throw new IllegalStateException(stopped);
      }
    }
  }
}
