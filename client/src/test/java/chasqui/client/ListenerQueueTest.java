package chasqui.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Events reach the application in order and one at a time.
final class ListenerQueueTest {
  private final ArrayDeque<Runnable> executor = new ArrayDeque<>();
  private final AtomicInteger lowered = new AtomicInteger();
  private final ListenerQueue queue = new ListenerQueue(executor::add, lowered::incrementAndGet);

  @Test
  void tasks_run_in_order_and_in_one_go() {
    var ran = new ArrayList<Integer>();
    for (int i = 0; i < 5; i++) {
      int number = i;
      queue.add(() -> ran.add(number));
    }
    assertEquals(1, executor.size());
    executor.poll().run();
    assertEquals(List.of(0, 1, 2, 3, 4), ran);
  }

  @Test
  void above_the_mark_it_says_so_and_when_it_is_down_again_too() {
    for (int i = 0; i < ListenerQueue.HIGH_WATER; i++) {
      assertTrue(queue.add(() -> {}));
    }
    assertFalse(queue.add(() -> {}));
    assertFalse(queue.add(() -> {}));
    assertEquals(0, lowered.get());
    executor.poll().run();
    assertEquals(1, lowered.get());
    assertTrue(queue.add(() -> {}));
  }

  @Test
  void a_task_that_fails_does_not_stop_the_others() {
    var ran = new AtomicInteger();
    queue.add(() -> {
      throw new IllegalStateException("on purpose");
    });
    queue.add(ran::incrementAndGet);
    executor.poll().run();
    assertEquals(1, ran.get());
  }

  @Test
  void it_knows_whether_it_is_the_one_that_asks() {
    var inside = new ArrayList<Boolean>();
    queue.add(() -> inside.add(queue.isRunByCaller()));
    executor.poll().run();
    assertEquals(List.of(true), inside);
    assertFalse(queue.isRunByCaller());
  }
}
