package chasqui.mailbox.store.cql;

import chasqui.discovery.CrashPoints;
import chasqui.mailbox.custody.SharedParts;
import chasqui.mailbox.custody.SharedStore;
import chasqui.mailbox.store.ConversationStoreContract;
import chasqui.mailbox.store.CursorStoreContract;
import chasqui.mailbox.store.JournalContract;
import chasqui.mailbox.store.MailboxStoreContract;
import chasqui.mailbox.store.StoreFixture;
import chasqui.mailbox.store.UserStoreContract;
import chasqui.mailbox.store.WatermarkStoreContract;
import io.opentelemetry.api.OpenTelemetry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;

/// The contracts of mailbox stores, kept by a shared store over CQL on a real server.
@ExtendWith(CqlExtension.class)
class CqlStoreContractIT {
  private static ScheduledExecutorService executor;

  @BeforeAll
  static void start() {
    executor = Executors.newSingleThreadScheduledExecutor();
  }

  @AfterAll
  static void stop() {
    executor.shutdownNow();
  }

  /// Each opening is another incarnation on the same rows.
  private static StoreFixture shared(InstantSource clock) {
    CqlStoreConfig config = CqlExtension.emptyConfig();
    int[] opened = new int[1];
    return () -> {
      SharedParts parts = new SharedParts(
          CqlExtension.open(config, StoreFixture.SLOTS, clock), executor, clock, new SplittableRandom(1),
          OpenTelemetry.noop().getMeter("test"), CrashPoints.NONE, (what, cause) -> {
            throw new AssertionError(what, cause);
          });
      opened[0]++;
      return new SharedStore("incarnation-" + opened[0], 4, parts, slot -> opened[0]);
    };
  }

  @Nested
  class Whole extends MailboxStoreContract {
    @Override
    protected StoreFixture fixture(Path folder, InstantSource clock) {
      return shared(clock);
    }
  }

  @Nested
  class Journal extends JournalContract {
    @Override
    protected StoreFixture fixture(Path folder, InstantSource clock) {
      return shared(clock);
    }
  }

  @Nested
  class Conversations extends ConversationStoreContract {
    @Override
    protected StoreFixture fixture(Path folder, InstantSource clock) {
      return shared(clock);
    }
  }

  @Nested
  class Cursors extends CursorStoreContract {
    @Override
    protected StoreFixture fixture(Path folder, InstantSource clock) {
      return shared(clock);
    }
  }

  @Nested
  class Watermarks extends WatermarkStoreContract {
    @Override
    protected StoreFixture fixture(Path folder, InstantSource clock) {
      return shared(clock);
    }
  }

  @Nested
  class Users extends UserStoreContract {
    @Override
    protected StoreFixture fixture(Path folder, InstantSource clock) {
      return shared(clock);
    }
  }
}
