package chasqui.mailbox.custody;

import chasqui.discovery.CrashPoints;
import chasqui.mailbox.memory.MemoryShared;
import chasqui.mailbox.memory.MemorySharedTables;
import chasqui.mailbox.memory.StoreScheduler;
import chasqui.mailbox.memory.WriteFate;
import chasqui.mailbox.store.ConversationStoreContract;
import chasqui.mailbox.store.CursorStoreContract;
import chasqui.mailbox.store.JournalContract;
import chasqui.mailbox.store.MailboxStoreContract;
import chasqui.mailbox.store.StoreFixture;
import chasqui.mailbox.store.UserStoreContract;
import chasqui.mailbox.store.WatermarkStoreContract;
import chasqui.store.v1.DataSetRow;
import com.google.protobuf.ByteString;
import io.opentelemetry.api.OpenTelemetry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;

/// The contracts of stores, kept by a shared store: its tables are in memory, its events on a thread.
class SharedStoreContractTest {

  private static final List<ScheduledExecutorService> EXECUTORS = new ArrayList<>();

  @AfterAll
  static void stop() {
    EXECUTORS.forEach(ScheduledExecutorService::shutdownNow);
  }

  // Each opening is another incarnation on the same rows; all work of the tables is done on the one thread.
  private static StoreFixture shared(InstantSource clock) {
    DataSetRow dataSet = DataSetRow.newBuilder()
        .setSchemaVersion(3)
        .setSlots(StoreFixture.SLOTS)
        .setConversationIdKey(ByteString.copyFrom(new byte[32]))
        .setCreatedMicros(clock.instant().toEpochMilli() * 1_000)
        .build();
    MemoryShared rows = new MemoryShared(dataSet, clock);
    ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
    EXECUTORS.add(executor);
    StoreScheduler onThread = (operation, work) -> executor.execute(work);
    int[] opened = new int[1];
    return () -> {
      MemorySharedTables tables = new MemorySharedTables(rows, onThread, WriteFate.Decider.ALL_DONE);
      SharedParts parts = new SharedParts(
          tables, executor, clock, new SplittableRandom(1), OpenTelemetry.noop().getMeter("test"), CrashPoints.NONE,
          (what, cause) -> {
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
