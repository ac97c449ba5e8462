package chasqui.mailbox.store.embedded;

import chasqui.mailbox.store.ConversationStoreContract;
import chasqui.mailbox.store.CursorStoreContract;
import chasqui.mailbox.store.JournalContract;
import chasqui.mailbox.store.MailboxStoreContract;
import chasqui.mailbox.store.StoreFixture;
import chasqui.mailbox.store.UserStoreContract;
import chasqui.mailbox.store.WatermarkStoreContract;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Nested;

/// The contracts, kept by the embedded store on a real RocksDB.
class EmbeddedStoreContractTest {

  private static StoreFixture embedded(Path folder, InstantSource clock) {
    return () -> Stores.open(Stores.config(folder), clock);
  }

  @Nested
  class Store extends MailboxStoreContract {
    @Override
    protected StoreFixture fixture(Path folder, InstantSource clock) {
      return embedded(folder, clock);
    }
  }

  @Nested
  class Journal extends JournalContract {
    @Override
    protected StoreFixture fixture(Path folder, InstantSource clock) {
      return embedded(folder, clock);
    }
  }

  @Nested
  class Conversations extends ConversationStoreContract {
    @Override
    protected StoreFixture fixture(Path folder, InstantSource clock) {
      return embedded(folder, clock);
    }
  }

  @Nested
  class Cursors extends CursorStoreContract {
    @Override
    protected StoreFixture fixture(Path folder, InstantSource clock) {
      return embedded(folder, clock);
    }
  }

  @Nested
  class Watermarks extends WatermarkStoreContract {
    @Override
    protected StoreFixture fixture(Path folder, InstantSource clock) {
      return embedded(folder, clock);
    }
  }

  @Nested
  class Users extends UserStoreContract {
    @Override
    protected StoreFixture fixture(Path folder, InstantSource clock) {
      return embedded(folder, clock);
    }
  }
}
