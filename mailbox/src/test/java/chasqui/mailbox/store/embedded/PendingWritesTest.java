package chasqui.mailbox.store.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// What a group is made of.
class PendingWritesTest {
  private final PendingWrites pending = new PendingWrites(2, 10);

  @Test
  void commits_go_first_and_all_of_them() throws Exception {
    WriteRequest.Save save = save(1);
    WriteRequest.Commit second = commit(1);
    WriteRequest.Commit first = commit(0);
    pending.offer(save);
    pending.offer(second);
    pending.offer(first);
    assertEquals(List.of(second, first, save), pending.take(0));
    assertEquals(List.of(), pending.take(0));
  }

  @Test
  void saves_of_many_rows_are_spread_over_groups() throws Exception {
    for (int i = 0; i < 4; i++) {
      assertEquals(PendingWrites.Offered.TAKEN, pending.offer(save(1_500)));
    }
    assertEquals(2, pending.take(0).size());
    assertEquals(2, pending.take(0).size());
    pending.offer(save(1_000_000));
    pending.offer(save(1));
    assertEquals(1, pending.take(0).size(), "a save larger than a group is taken alone");
    assertEquals(1, pending.savesWaiting());
  }

  @Test
  void a_stripe_is_free_again_when_its_batch_has_landed() throws Exception {
    WriteRequest.Commit commit = commit(0);
    pending.offer(commit);
    pending.take(0);
    assertThrows(IllegalStateException.class, () -> pending.offer(commit(0)));
    pending.landed(commit);
    assertEquals(PendingWrites.Offered.TAKEN, pending.offer(commit(0)));
  }

  @Test
  void a_stripe_beyond_the_configured_is_a_bug_of_the_caller() {
    assertThrows(IllegalArgumentException.class, () -> pending.offer(commit(2)));
  }

  @Test
  void what_waits_is_given_after_closing_and_nothing_more_taken() throws Exception {
    pending.offer(commit(0));
    pending.close();
    assertEquals(PendingWrites.Offered.CLOSED, pending.offer(commit(1)));
    assertEquals(PendingWrites.Offered.CLOSED, pending.offer(save(1)));
    assertEquals(1, pending.take(0).size());
    assertNull(pending.take(0));
  }

  private static WriteRequest.Commit commit(int stripe) {
    return new WriteRequest.Commit(stripe, 1, group -> {}, new CompletableFuture<>());
  }

  private static WriteRequest.Save save(int rows) {
    return new WriteRequest.Save(rows, group -> {}, new CompletableFuture<>());
  }
}
