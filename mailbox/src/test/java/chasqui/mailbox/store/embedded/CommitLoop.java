package chasqui.mailbox.store.embedded;

import chasqui.discovery.CrashPoints;
import chasqui.mailbox.store.Chat;
import chasqui.mailbox.store.CommitOutcome;
import chasqui.mailbox.store.StoreOpenException;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.JournalBatch;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/// A process that commits and says what became of it, one line each: `sent STRIPE HEAD` before and `ack STRIPE HEAD` after.
///
/// Arguments: data folder, batches a stripe, `sync` or `nosync`, and what it does at a fatal error: `halt` or `go-on`.
///
/// A batch of stripe S has as many entries as its number, up to 20, in the conversation `stripe S`, and a mirror of them
/// in `mirror S`: a batch that is there by half shows in the heads.
final class CommitLoop {
  static final int STRIPES = 4;
  static final int HALTED = 70;
  static final int REFUSED = 71;
  private static final Instant BEGIN = Instant.parse("2026-03-01T12:00:00Z");

  private final EmbeddedStore store;
  private final int batches;

  private CommitLoop(EmbeddedStore store, int batches) {
    this.store = store;
    this.batches = batches;
  }

  public static void main(String[] arguments) throws IOException {
    EmbeddedStoreConfig config =
        Stores.config(Path.of(arguments[0])).withStripes(STRIPES).withSyncWrites(arguments[2].equals("sync"));
    boolean halt = arguments[3].equals("halt");
    Surroundings surroundings =
        Stores.surroundings(
            InstantSource.system(), (what, cause) -> fatal(what, halt), CrashPoints.NONE, () -> Long.MAX_VALUE);
    try (EmbeddedStore store = EmbeddedStore.open(config, surroundings)) {
      say("open");
      new CommitLoop(store, Integer.parseInt(arguments[1])).run();
      say("done");
    } catch (StoreOpenException e) {
      say("refused " + e.reason() + " " + e.getMessage());
      System.exit(REFUSED);
    }
  }

  private static void fatal(String what, boolean halt) {
    say("fatal " + what.lines().findFirst().orElse(""));
    if (halt) {
      Runtime.getRuntime().halt(HALTED);
    }
  }

  private void run() {
    CompletableFuture<?>[] stripes = new CompletableFuture<?>[STRIPES];
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      int number = stripe;
      stripes[stripe] = CompletableFuture.runAsync(() -> commit(number), task -> Thread.ofPlatform().start(task));
    }
    CompletableFuture.allOf(stripes).join();
  }

  private void commit(int stripe) {
    Chat chat = resumed("stripe " + stripe);
    Chat mirror = resumed("mirror " + stripe);
    for (int number = 1; number <= batches; number++) {
      JournalBatch batch =
          JournalBatch.newBuilder()
              .setBatchNumber(number)
              .addCommits(part(chat, number))
              .addCommits(part(mirror, number))
              .build();
      say("sent " + stripe + " " + chat.head());
      switch (store.journal().commit(stripe, batch).toCompletableFuture().join()) {
        case CommitOutcome.Committed _ -> say("ack " + stripe + " " + chat.head());
        case CommitOutcome.StoreFull full -> say("full " + stripe + " " + chat.head());
        case CommitOutcome.Unknown unknown -> say("unknown " + stripe + " " + chat.head());
      }
    }
  }

  private Chat resumed(String id) {
    long head =
        store.conversations().load(id).toCompletableFuture().join().map(c -> c.row().getHead()).orElse(0L);
    return new Chat(id, BEGIN.plusMillis(head), head);
  }

  private static ConversationCommit part(Chat chat, int number) {
    if (chat.head() == 0) {
      return chat.created("ann", "bob");
    }
    String[] texts = new String[1 + number % 20];
    Arrays.fill(texts, "text of batch " + number);
    return chat.said("ann", "phone", texts);
  }

  /// One system call a line, so that a kill leaves whole lines and a trace shows their order.
  private static void say(String line) {
    PrintStream output = System.out;
    synchronized (output) {
      byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
      output.write(bytes, 0, bytes.length);
      output.flush();
    }
  }
}
