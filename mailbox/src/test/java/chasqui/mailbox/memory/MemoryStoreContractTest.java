package chasqui.mailbox.memory;

import chasqui.mailbox.store.ConversationStoreContract;
import chasqui.mailbox.store.CursorStoreContract;
import chasqui.mailbox.store.JournalContract;
import chasqui.mailbox.store.StoreFixture;
import chasqui.mailbox.store.UserStoreContract;
import chasqui.mailbox.store.WatermarkStoreContract;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Nested;

/// The contracts, kept by the store in memory too: otherwise what is tested on it would prove little. Its opening and
/// closing are its own.
class MemoryStoreContractTest {

  private static StoreFixture memory(InstantSource clock) {
    MemoryStore store = new MemoryStore(StoreScheduler.AT_ONCE, clock);
    return () -> store;
  }

  @Nested
  class Journal extends JournalContract {
    @Override
    protected StoreFixture fixture(Path folder, InstantSource clock) {
      return memory(clock);
    }
  }

  @Nested
  class Conversations extends ConversationStoreContract {
    @Override
    protected StoreFixture fixture(Path folder, InstantSource clock) {
      return memory(clock);
    }
  }

  @Nested
  class Cursors extends CursorStoreContract {
    @Override
    protected StoreFixture fixture(Path folder, InstantSource clock) {
      return memory(clock);
    }
  }

  @Nested
  class Watermarks extends WatermarkStoreContract {
    @Override
    protected StoreFixture fixture(Path folder, InstantSource clock) {
      return memory(clock);
    }
  }

  @Nested
  class Users extends UserStoreContract {
    @Override
    protected StoreFixture fixture(Path folder, InstantSource clock) {
      return memory(clock);
    }
  }
}
