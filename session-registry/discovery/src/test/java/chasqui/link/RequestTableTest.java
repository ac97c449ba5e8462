package chasqui.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RequestTableTest {

  private final RequestTable<String> table = new RequestTable<>(3);
  private final List<String> answers = new ArrayList<>();

  @Test
  void an_answer_goes_to_who_waits_for_it_once() {
    long first = table.add(100, answers::add);
    long second = table.add(100, answers::add);
    assertNotEquals(first, second);
    assertTrue(table.complete(second, "second"));
    assertFalse(table.complete(second, "again"));
    assertFalse(table.complete(99, "nobody"));
    assertEquals(List.of("second"), answers);
    assertEquals(1, table.depth());
  }

  @Test
  void a_full_table_takes_no_more_until_one_is_answered() {
    long id = table.add(100, answers::add);
    table.add(100, answers::add);
    table.add(100, answers::add);
    assertEquals(0, table.add(100, answers::add));
    assertEquals(3, table.depth());
    table.complete(id, "done");
    assertNotEquals(0, table.add(100, answers::add));
  }

  @Test
  void only_requests_past_their_deadline_expire() {
    long early = table.add(100, answers::add);
    table.add(200, answers::add);
    table.expire(99, id -> "late " + id);
    assertEquals(List.of(), answers);
    table.expire(100, id -> "late " + id);
    assertEquals(List.of("late " + early), answers);
    assertFalse(table.complete(early, "too late"));
    assertEquals(1, table.depth());
  }

  @Test
  void a_request_taken_out_is_never_answered() {
    long id = table.add(100, answers::add);
    assertTrue(table.cancel(id));
    assertFalse(table.cancel(id));
    assertFalse(table.complete(id, "answer"));
    assertEquals(List.of(), answers);
    assertEquals(0, table.depth());
  }

  @Test
  void deadlines_hold_where_the_clock_wraps() {
    table.add(Long.MAX_VALUE + 10, answers::add);
    table.expire(Long.MAX_VALUE - 5, id -> "late");
    assertEquals(List.of(), answers);
    table.expire(Long.MAX_VALUE + 11, id -> "late");
    assertEquals(List.of("late"), answers);
  }

  @Test
  void the_end_of_the_link_completes_all_in_the_order_of_their_ids() {
    table.add(100, answers::add);
    table.add(200, answers::add);
    table.failAll(id -> "broken " + id);
    assertEquals(List.of("broken 1", "broken 2"), answers);
    assertEquals(0, table.depth());
  }

  @Test
  void each_request_is_completed_once_whoever_is_first() throws Exception {
    RequestTable<String> shared = new RequestTable<>(100_000);
    AtomicInteger completed = new AtomicInteger();
    int count = 50_000;
    for (int i = 0; i < count; i++) {
      shared.add(i, answer -> completed.incrementAndGet());
    }
    Thread answering = Thread.ofPlatform().start(() -> {
      for (long id = 1; id <= count; id++) {
        shared.complete(id, "answer");
      }
    });
    shared.expire(count / 2, id -> "late");
    shared.failAll(id -> "broken");
    answering.join();
    assertEquals(count, completed.get());
    assertEquals(0, shared.depth());
  }
}
