package chasqui.mailbox.store.cql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.StoreException.Reason;
import chasqui.mailbox.store.cql.CqlStoreConfig.Limits;
import chasqui.testkit.process.Await;
import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.DriverTimeoutException;
import com.datastax.oss.driver.api.core.connection.BusyConnectionException;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What becomes of requests that nobody answers, that fail, and that are too many. The server here is a list of promises.
class RequestsTest {
  private static final CqlStoreConfig CONFIG =
      CqlStoreConfig.defaults(List.of("127.0.0.1:9042"), "dc1", "chasqui").withLimits(new Limits(2, 2, 1, 3, 4));

  private final AtomicLong nowNanos = new AtomicLong();
  private final Deque<CompletableFuture<String>> asked = new ConcurrentLinkedDeque<>();
  private final Requests requests =
      new Requests(CONFIG, new CqlMetrics(OpenTelemetry.noop().getMeter("test")), nowNanos::get);

  @AfterEach
  void close() {
    asked.forEach(promise -> promise.complete("late"));
    requests.close();
  }

  private CompletableFuture<String> send(Kind kind) {
    return requests.send(kind, () -> {
      CompletableFuture<String> promise = new CompletableFuture<>();
      asked.add(promise);
      return promise;
    }).toCompletableFuture();
  }

  private static Reason reason(CompletableFuture<?> answer) {
    Await.until(Duration.ofSeconds(20), "an end", answer::isDone);
    return assertInstanceOf(StoreException.class, answer.exceptionNow()).reason();
  }

  @Test
  void so_many_are_under_way_so_many_wait_in_order_and_the_next_is_refused() {
    List<CompletableFuture<String>> answers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      answers.add(send(Kind.WRITE));
    }
    assertEquals(2, asked.size());
    assertEquals(Reason.BUSY, reason(answers.get(5)));
    assertFalse(answers.get(4).isDone());
    asked.removeFirst().complete("first");
    assertEquals(2, asked.size(), "the next has been sent");
    assertEquals("first", answers.get(0).getNow(null));
    while (!asked.isEmpty()) {
      asked.removeFirst().complete("then");
    }
    assertTrue(answers.stream().allMatch(CompletableFuture::isDone));
    assertEquals("then", answers.get(4).getNow(null));
  }

  @Test
  void lanes_do_not_wait_for_each_other() {
    for (int i = 0; i < 5; i++) {
      send(Kind.WRITE);
    }
    assertEquals(2, asked.size());
    send(Kind.READ);
    send(Kind.CONDITIONAL);
    assertEquals(4, asked.size());
    CompletableFuture<String> second = send(Kind.SERIAL_READ);
    assertEquals(4, asked.size(), "reads that see every conditional write share their lane");
    asked.removeLast().complete("inserted");
    assertEquals(4, asked.size());
    asked.removeLast().complete("read");
    assertEquals("read", second.getNow(null));
  }

  @Test
  void an_insert_does_not_wait_for_hundreds_of_reads_of_who_serves() {
    try (Requests usual = new Requests(
        CqlStoreConfig.defaults(List.of("127.0.0.1:9042"), "dc1", "chasqui"),
        new CqlMetrics(OpenTelemetry.noop().getMeter("test")), nowNanos::get)) {
      for (int i = 0; i < 700; i++) {
        usual.send(i % 2 == 0 ? Kind.OWNER_READ : Kind.OWNER_SERIAL_READ, () -> {
          CompletableFuture<String> promise = new CompletableFuture<>();
          asked.add(promise);
          return promise;
        });
      }
      int sent = asked.size();
      CompletionStage<String> insert =
          usual.send(Kind.CONDITIONAL, () -> CompletableFuture.completedFuture("at once"));
      String told = insert.toCompletableFuture().getNow("it waits");
      while (!asked.isEmpty()) {
        asked.removeFirst().complete("read");
      }
      assertEquals(Limits.OWNERS_MAX, sent);
      assertEquals("at once", told);
    }
  }

  @Test
  void a_request_that_the_driver_forgets_ends_and_makes_room() {
    CompletableFuture<String> forgotten = send(Kind.CONDITIONAL);
    nowNanos.addAndGet(CONFIG.requestTimeout().toNanos());
    CompletableFuture<String> waiting = send(Kind.CONDITIONAL);
    assertEquals(1, asked.size());
    nowNanos.addAndGet(Duration.ofMillis(1_001).toNanos());
    assertEquals(Reason.UNKNOWN, reason(forgotten));
    Await.until(Duration.ofSeconds(20), "the next is sent", () -> asked.size() == 2);
    asked.getFirst().complete("far too late");
    asked.getLast().complete("in time");
    assertEquals("in time", waiting.join());
  }

  @Test
  void thousands_that_end_at_once_do_not_pile_up_on_the_stack() {
    AtomicInteger ended = new AtomicInteger();
    CompletableFuture<String> first = send(Kind.WRITE);
    CompletableFuture<String> second = send(Kind.WRITE);
    Limits wide = new Limits(1, 1, 1, 100_000, 1);
    try (Requests many = new Requests(CONFIG.withLimits(wide), new CqlMetrics(OpenTelemetry.noop().getMeter("test")), nowNanos::get)) {
      CompletableFuture<String> gate = new CompletableFuture<>();
      many.send(Kind.WRITE, () -> gate);
      for (int i = 0; i < 20_000; i++) {
        many.<String>send(Kind.WRITE, () -> CompletableFuture.failedStage(new IllegalStateException("at once")))
            .whenComplete((value, failure) -> ended.incrementAndGet());
      }
      assertEquals(0, ended.get());
      gate.complete("open");
      assertEquals(20_000, ended.get());
    }
    assertFalse(first.isDone() || second.isDone());
  }

  @Test
  void only_what_certainly_reached_no_replica_is_said_to_be_busy() {
    assertEquals(Reason.UNKNOWN, failing(Kind.WRITE, new DriverTimeoutException("late")));
    assertEquals(Reason.BUSY, failing(Kind.WRITE, new BusyConnectionException(9)));
    assertEquals(Reason.BUSY, failing(Kind.READ, AllNodesFailedException.fromErrors(List.of())));
    assertEquals(Reason.UNKNOWN, failing(Kind.CONDITIONAL, new BusyConnectionException(9)));
    assertEquals(Reason.UNKNOWN, failing(Kind.CONDITIONAL, AllNodesFailedException.fromErrors(List.of())));
  }

  private Reason failing(Kind kind, Throwable failure) {
    CompletionStage<String> answer = requests.send(kind, () -> CompletableFuture.failedStage(failure));
    return reason(answer.toCompletableFuture());
  }

  @Test
  void a_closed_store_sends_nothing() {
    requests.close();
    assertEquals(Reason.CLOSED, reason(send(Kind.CONDITIONAL)));
    assertEquals(0, asked.size());
  }
}
