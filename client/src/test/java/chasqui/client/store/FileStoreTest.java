package chasqui.client.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.client.session.DurableState;
import chasqui.client.session.StoreRecord;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.Send;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The data folder, closed in good order and not.
final class FileStoreTest {
  @TempDir
  Path folder;

  private final ExecutorService executor = Executors.newSingleThreadExecutor();
  private final Watched watched = new Watched();
  private long number;

  private static final class Watched implements ClientStore.Watcher {
    final Semaphore calls = new Semaphore(0);
    volatile long durable;
    volatile String failure;

    @Override
    public void durable(long number) {
      durable = number;
      calls.release();
    }

    @Override
    public void failed(String message) {
      failure = message;
      calls.release();
    }

    void await(long upTo) throws InterruptedException {
      while (durable < upTo && failure == null) {
        assertTrue(calls.tryAcquire(20, TimeUnit.SECONDS), "nothing became durable");
      }
    }
  }

  @AfterEach
  void end() {
    executor.shutdownNow();
  }

  private FileStore open() {
    return new FileStore(folder, executor);
  }

  private void append(FileStore store, StoreRecord record, boolean sync) {
    store.append(++number, record, sync, watched);
  }

  private static Send send(long counter, String text) {
    return Send.newBuilder()
        .setConversationId(text)
        .setClientMessageId(ByteString.copyFrom(ByteBuffer.allocate(20).putLong(counter).rewind()))
        .build();
  }

  private static Position position(String conversation, long seq) {
    return Position.newBuilder().setConversationId(conversation).setGeneration(1).setSeq(seq).build();
  }

  @Test
  void everything_is_known_again() {
    try (var store = open()) {
      append(store, new StoreRecord.Connecting(3), false);
      append(store, new StoreRecord.Queued(send(1, "a")), true);
      append(store, new StoreRecord.Queued(send(2, "b")), true);
      append(store, new StoreRecord.Answered(send(1, "a").getClientMessageId()), false);
      append(store, new StoreRecord.Reached(position("c", 5)), false);
      append(store, new StoreRecord.Reached(position("c", 9)), false);
    }
    try (var store = open()) {
      assertEquals(
          new DurableState(2, 3, List.of(send(2, "b")), Map.of("c", position("c", 9))), store.restored());
    }
  }

  @Test
  void the_counter_outlives_the_messages() {
    try (var store = open()) {
      append(store, new StoreRecord.Queued(send(7, "a")), true);
      append(store, new StoreRecord.Answered(send(7, "a").getClientMessageId()), false);
    }
    open().close();
    try (var store = open()) {
      assertEquals(7, store.restored().counter());
      assertTrue(store.restored().unanswered().isEmpty());
    }
  }

  @Test
  void what_was_told_to_be_durable_is_on_disk_before_the_store_is_closed() throws Exception {
    try (var store = open()) {
      append(store, new StoreRecord.Queued(send(1, "a")), true);
      append(store, new StoreRecord.Queued(send(2, "b")), true);
      watched.await(2);
      try (var copy = copied()) {
        assertEquals(List.of(send(1, "a"), send(2, "b")), copy.restored().unanswered());
      }
    }
  }

  /// Opens a copy of the folder as a crash now would leave it.
  private FileStore copied() throws IOException {
    var copy = Files.createDirectory(folder.resolve("copy"));
    Files.copy(folder.resolve("state.log"), copy.resolve("state.log"));
    return new FileStore(copy, executor);
  }

  @Test
  void a_torn_end_is_cut_off_wherever_it_is_torn() throws Exception {
    try (var store = open()) {
      append(store, new StoreRecord.Queued(send(1, "first")), true);
    }
    long whole = Files.size(folder.resolve("state.log"));
    try (var store = open()) {
      append(store, new StoreRecord.Queued(send(2, "second")), true);
    }
    var all = Files.readAllBytes(folder.resolve("state.log"));
    for (int length = (int) whole; length < all.length; length++) {
      var torn = Files.createDirectory(folder.resolve("torn" + length));
      Files.write(torn.resolve("state.log"), java.util.Arrays.copyOf(all, length));
      try (var store = new FileStore(torn, executor)) {
        assertEquals(List.of(send(1, "first")), store.restored().unanswered(), "torn at " + length);
        store.append(1, new StoreRecord.Queued(send(3, "third")), true, watched);
      }
      try (var store = new FileStore(torn, executor)) {
        assertEquals(List.of(send(1, "first"), send(3, "third")), store.restored().unanswered());
      }
    }
  }

  @Test
  void a_flipped_bit_ends_the_log_there_and_the_file_is_kept_aside() throws Exception {
    try (var store = open()) {
      append(store, new StoreRecord.Queued(send(1, "first")), true);
      append(store, new StoreRecord.Queued(send(2, "second")), true);
    }
    var path = folder.resolve("state.log");
    var bytes = Files.readAllBytes(path);
    bytes[bytes.length - 3] ^= 1;
    Files.write(path, bytes);
    try (var store = open()) {
      assertEquals(List.of(send(1, "first")), store.restored().unanswered());
    }
    assertTrue(Files.exists(folder.resolve("state.log.damaged")));
  }

  @Test
  void a_file_of_another_kind_is_not_touched() throws Exception {
    Files.writeString(folder.resolve("state.log"), "something else entirely");
    assertThrows(StoreVersionException.class, this::open);
    assertEquals("something else entirely", Files.readString(folder.resolve("state.log")));
    Files.delete(folder.resolve("state.log"));
    open().close();
  }

  @Test
  void the_file_stays_small_however_much_was_sent() throws Exception {
    var text = "x".repeat(60_000);
    try (var store = open()) {
      for (long counter = 1; counter <= 300; counter++) {
        append(store, new StoreRecord.Queued(send(counter, text)), true);
        append(store, new StoreRecord.Answered(send(counter, text).getClientMessageId()), true);
        watched.await(number);
      }
      assertTrue(Files.size(folder.resolve("state.log")) < 5 << 20, "size " + Files.size(folder.resolve("state.log")));
    }
    try (var store = open()) {
      assertEquals(300, store.restored().counter());
    }
  }

  @Test
  void two_at_a_time_are_refused_and_the_holder_is_named() {
    try (var _ = open()) {
      var refusal = assertThrows(DataFolderInUseException.class, this::open);
      assertTrue(refusal.getMessage().contains("process " + ProcessHandle.current().pid()), refusal.getMessage());
    }
    open().close();
  }

  @Test
  void many_that_wait_are_written_together() throws Exception {
    var tasks = new ArrayList<Runnable>();
    try (var store = new FileStore(folder, tasks::add)) {
      for (long counter = 1; counter <= 100; counter++) {
        append(store, new StoreRecord.Queued(send(counter, "a")), true);
      }
      assertEquals(1, tasks.size());
      tasks.removeFirst().run();
      assertEquals(100, watched.durable);
      assertEquals(1, watched.calls.availablePermits());
    }
  }

  @Test
  void a_failing_disk_is_told_once_and_nothing_more_is_written() throws Exception {
    // An interrupted write closes the file: every later one fails too.
    Executor interrupting = task -> Thread.ofPlatform().start(() -> {
      Thread.currentThread().interrupt();
      task.run();
    });
    try (var store = new FileStore(folder, interrupting)) {
      append(store, new StoreRecord.Queued(send(1, "a")), true);
      watched.await(1);
      assertTrue(watched.failure.contains("cannot write"), watched.failure);
      append(store, new StoreRecord.Queued(send(2, "b")), true);
    }
    assertEquals(0, watched.durable);
    try (var again = open()) {
      assertTrue(again.restored().unanswered().isEmpty());
    }
  }
}
