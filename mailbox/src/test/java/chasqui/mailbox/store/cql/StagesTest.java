package chasqui.mailbox.store.cql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.StoreException.Reason;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Many steps, some at a time.
class StagesTest {
  private final List<CompletableFuture<Void>> begun = new ArrayList<>();

  private Iterator<Supplier<CompletionStage<Void>>> steps(int count) {
    return IntStream.range(0, count).<Supplier<CompletionStage<Void>>>mapToObj(i -> this::begin).iterator();
  }

  private CompletionStage<Void> begin() {
    begun.add(new CompletableFuture<>());
    return begun.getLast();
  }

  private static Reason reason(CompletionStage<Void> stage) {
    return assertInstanceOf(StoreException.class, stage.toCompletableFuture().exceptionNow()).reason();
  }

  @Test
  void a_window_of_steps_is_under_way_and_all_are_awaited() {
    CompletionStage<Void> whole = Stages.paced(steps(5), 2);
    assertEquals(2, begun.size());
    begun.get(1).complete(null);
    assertEquals(3, begun.size());
    for (int i = 0; i < 5; i++) {
      assertFalse(whole.toCompletableFuture().isDone());
      begun.get(i).complete(null);
    }
    assertTrue(whole.toCompletableFuture().isDone());
    assertTrue(Stages.paced(steps(0), 2).toCompletableFuture().isDone());
  }

  @Test
  void a_failure_ends_the_whole_and_begins_nothing_more() {
    CompletionStage<Void> whole = Stages.paced(steps(9), 2);
    begun.getFirst().completeExceptionally(new StoreException(Reason.BUSY, "full"));
    assertEquals(Reason.UNKNOWN, reason(whole), "others were sent");
    begun.get(1).complete(null);
    assertEquals(2, begun.size());
  }

  @Test
  void what_was_refused_before_anything_was_sent_is_certain() {
    StoreException closed = new StoreException(Reason.CLOSED, "closed");
    List<Supplier<CompletionStage<Void>>> all =
        List.of(() -> CompletableFuture.failedStage(closed), () -> CompletableFuture.failedStage(closed));
    assertEquals(Reason.CLOSED, reason(Stages.paced(all.iterator(), 1)));
  }

  @Test
  void steps_that_end_at_once_do_not_pile_up_on_the_stack() {
    Iterator<Supplier<CompletionStage<Void>>> steps = IntStream.range(0, 100_000)
        .<Supplier<CompletionStage<Void>>>mapToObj(i -> () -> CompletableFuture.completedStage(null)).iterator();
    assertTrue(Stages.paced(steps, 1).toCompletableFuture().isDone());
  }
}
