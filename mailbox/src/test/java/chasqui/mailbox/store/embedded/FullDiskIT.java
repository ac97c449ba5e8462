package chasqui.mailbox.store.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.discovery.CrashPoint;
import chasqui.discovery.CrashPoints;
import chasqui.mailbox.store.Chat;
import chasqui.mailbox.store.CommitOutcome;
import chasqui.mailbox.store.StoreException;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.JournalBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A disk that is really full: a small file system in memory. Needs the right to mount.
class FullDiskIT {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final long MIB = 1 << 20;
  private static final int DISK_MIB = 96;
  private static final int TEXT_BYTES = 24_000;
  /// Less than the log grows by a batch of four texts.
  private static final long BATCH_BYTES = 4 * TEXT_BYTES;

  @TempDir Path folder;

  private Path disk;
  private boolean mounted;
  private final Random random = new Random(5);
  private final Chat chat = new Chat("c", NOON);
  private long acked;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(folder.resolve("disk"));
    mounted = run("mount", "-t", "tmpfs", "-o", "size=" + DISK_MIB + "m", "chasqui-test", disk.toString());
    if (!mounted) {
      System.err.println("NOT RUN: FullDiskIT needs the right to mount a tmpfs");
    }
    Assumptions.assumeTrue(mounted, "a tmpfs cannot be mounted here");
  }

  @AfterEach
  void unmount() throws Exception {
    assertTrue(!mounted || run("umount", disk.toString()), "the tmpfs stays mounted");
  }

  @Test
  void the_reserve_refuses_before_the_disk_is_full_and_writes_go_on_when_there_is_room() throws Exception {
    try (EmbeddedStore store = open(16 * MIB)) {
      fill(24 * MIB);
      CommitOutcome outcome = commitUntilRefused(store);
      assertInstanceOf(CommitOutcome.StoreFull.class, outcome);
      assertEquals(acked, head(store), "a refused batch is there");
      makeRoom();
      assertEquals(new CommitOutcome.Committed(), commit(store, new Chat("other", NOON).created("ann", "bob")));
    }
    try (EmbeddedStore store = open(0)) {
      assertEquals(acked, head(store));
    }
  }

  @Test
  void a_write_that_finds_the_disk_full_is_unknown_until_the_disk_decides() throws Exception {
    // Fooled at first, so that a write meets the full disk; from then on the guard sees it full until there is room.
    AtomicBoolean seenFull = new AtomicBoolean();
    try (EmbeddedStore store = open(1, () -> seenFull.get() && Files.exists(filler()) ? 0 : Long.MAX_VALUE, seenFull)) {
      fill(3 * MIB);
      CommitOutcome outcome = commitUntilRefused(store);
      assertInstanceOf(CommitOutcome.Unknown.class, outcome);
      assertNobodyIsTold(store);
      makeRoom();
      long settled = awaitHead(store);
      assertTrue(settled == acked || settled == chat.head(), settled + " is neither " + acked + " nor " + chat.head());
      assertEquals(new CommitOutcome.Committed(), commit(store, new Chat("other", NOON).created("ann", "bob")));
      assertEquals(settled, head(store));
      assertEquals(settled, (long) store.conversations().loadCounter("c", "ann", "phone").toCompletableFuture().join());
    }
  }

  private EmbeddedStore open(long reserveBytes) throws Exception {
    return open(reserveBytes, disk.toFile()::getUsableSpace, new AtomicBoolean());
  }

  private EmbeddedStore open(long reserveBytes, LongSupplier usableBytes, AtomicBoolean seenFull) throws Exception {
    CrashPoints beforeWrites =
        point -> {
          if (point == CrashPoint.BEFORE_HEAD_WRITE && disk.toFile().getUsableSpace() < BATCH_BYTES) {
            seenFull.set(true);
          }
        };
    return EmbeddedStore.open(
        Stores.config(disk).withSpaceReserveBytes(reserveBytes),
        Stores.surroundings(() -> NOON, FullDiskIT::notFatal, beforeWrites, usableBytes));
  }

  private static void notFatal(String what, Throwable cause) {
    throw new AssertionError("a full disk is not fatal: " + what, cause);
  }

  private CommitOutcome commitUntilRefused(EmbeddedStore store) {
    CommitOutcome outcome = commit(store, chat.created("ann", "bob"));
    while (outcome instanceof CommitOutcome.Committed && chat.head() < 1_000_000) {
      acked = chat.head();
      outcome = commit(store, chat.said("ann", "phone", text(), text(), text(), text()));
    }
    return outcome;
  }

  private String text() {
    byte[] bytes = new byte[TEXT_BYTES];
    random.nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static CommitOutcome commit(EmbeddedStore store, ConversationCommit commit) {
    return store
        .journal()
        .commit(0, JournalBatch.newBuilder().addCommits(commit).build())
        .toCompletableFuture()
        .orTimeout(30, TimeUnit.SECONDS)
        .join();
  }

  private static long head(EmbeddedStore store) {
    return store.conversations().load("c").toCompletableFuture().join().orElseThrow().row().getHead();
  }

  /// While nobody knows what the disk holds, nobody is told: not even before anything else happens.
  private void assertNobodyIsTold(EmbeddedStore store) {
    CompletionException refused = assertThrows(CompletionException.class, () -> head(store));
    assertEquals(
        StoreException.Reason.FULL, assertInstanceOf(StoreException.class, refused.getCause()).reason());
    assertInstanceOf(
        CommitOutcome.StoreFull.class, commit(store, new Chat("refused", NOON).created("ann", "bob")));
    assertThrows(CompletionException.class, () -> head(store));
  }

  private long awaitHead(EmbeddedStore store) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (true) {
      try {
        return head(store);
      } catch (CompletionException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        Thread.onSpinWait();
      }
    }
  }

  /// Leaves `bytes` free.
  private void fill(long bytes) throws IOException {
    long filler = disk.toFile().getUsableSpace() - bytes;
    byte[] block = new byte[64 << 10];
    try (var output = Files.newOutputStream(filler())) {
      for (long written = 0; written + block.length <= filler; written += block.length) {
        output.write(block);
      }
    }
  }

  private Path filler() {
    return disk.resolve("filler");
  }

  private void makeRoom() throws IOException {
    Files.delete(filler());
  }

  private static boolean run(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
