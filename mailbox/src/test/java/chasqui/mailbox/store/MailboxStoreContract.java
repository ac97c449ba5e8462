package chasqui.mailbox.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import chasqui.mailbox.store.CursorStore.Cursor;
import chasqui.mailbox.store.StoreException.Reason;
import chasqui.store.v1.DataSetRow;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What every store says of itself and of its end.
public abstract class MailboxStoreContract extends StoreContract {

  @Test
  void a_data_set_is_described_once() throws Exception {
    DataSetRow created = store.dataSet();
    assertEquals(StoreFixture.SLOTS, created.getSlots());
    assertEquals(3, created.getSchemaVersion());
    assertEquals(32, created.getConversationIdKey().size());
    assertEquals(START.toEpochMilli() * 1_000, created.getCreatedMicros());
    pass(Duration.ofDays(1));
    reopen();
    assertEquals(created, store.dataSet());
  }

  @Test
  void a_closed_store_answers_that_it_is_closed() {
    commit(new Chat("c", START).created("ann", "bob"));
    store.close();
    store.close();
    assertEquals(Reason.CLOSED, refusal(store.conversations().load("c")));
    assertEquals(Reason.CLOSED, refusal(store.conversations().readLog("c", 0, 9, 9, 9, true)));
    assertEquals(Reason.CLOSED, refusal(store.cursors().save("ann", "phone", Map.of("c", new Cursor(1, 1)))));
    assertEquals(Reason.CLOSED, refusal(store.cursors().load("ann", "phone", List.of("c"))));
    assertFalse(get(store.journal().commit(1, batch())) instanceof CommitOutcome.Committed);
  }
}
