package chasqui.mailbox.store.embedded;

import chasqui.mailbox.store.Chat;
import chasqui.mailbox.store.CommitOutcome;
import chasqui.mailbox.store.CursorStore.Cursor;
import chasqui.mailbox.store.WatermarkStore.Delivered;
import chasqui.mailbox.store.WatermarkStore.Read;
import chasqui.mailbox.store.WatermarkStore.Watermark;
import chasqui.people.v1.PresenceVisibility;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.DeviceRow;
import chasqui.store.v1.JournalBatch;
import chasqui.store.v1.UserRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/// A data set with rows of every kind, some of them old.
public final class SampleData {
  public static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  public static final int CHATS = 12;

  private SampleData() {}

  public static void fill(EmbeddedStore store) {
    fill(store, 110);
  }

  static void fill(EmbeddedStore store, int messages) {
    for (int i = 0; i < CHATS; i++) {
      Chat chat = new Chat("chat-" + "x".repeat(i) + i, NOON.minus(Duration.ofDays(60L - i)));
      List<ConversationCommit> commits = new ArrayList<>(List.of(
          chat.created("alice", "bob-" + i), chat.said("alice", "phone", "one", "two"), chat.joined("carol")));
      chat.at(NOON.minus(Duration.ofDays(i)));
      for (int n = 0; n < messages; n++) {
        commits.add(chat.said("alice", n % 2 == 0 ? "phone" : "tablet", "text " + n + " " + "y".repeat(400)));
      }
      commits.addAll(List.of(
          chat.edited("alice", 2, "uno"), chat.reacted("alice", 3, "+", false), chat.left("carol"), chat.joined("carol")));
      for (int n = 0; n < commits.size(); n++) {
        commit(store, n + 1, commits.get(n));
      }
      join(store.cursors().save("alice", "phone", Map.of(chat.id(), new Cursor(1, chat.head() - 1))));
      join(store.watermarks().save("carol", Map.of(
          chat.id(), new Watermark(new Delivered(1, chat.head()), new Read(1, 4, 4, 2, 1)))));
      join(store.users().saveDevice("bob-" + i, DeviceRow.newBuilder().setDeviceId("desk").setRegisteredMicros(7)
          .setSyncedMicros(NOON.toEpochMilli() * 1_000).setName("Desk").build()));
    }
    join(store.users().saveDevice("alice", DeviceRow.newBuilder().setDeviceId("phone").setRegisteredMicros(9)
        .setSyncedMicros(11).setRevokedMicros(8).build()));
    join(store.users().saveUser("alice", UserRow.newBuilder()
        .setPresenceVisibility(PresenceVisibility.PRESENCE_VISIBILITY_ONLINE_ONLY).build()));
  }

  static void commit(EmbeddedStore store, long number, ConversationCommit commit) {
    CommitOutcome outcome = join(
        store.journal().commit(0, JournalBatch.newBuilder().setBatchNumber(number).addCommits(commit).build()));
    if (!(outcome instanceof CommitOutcome.Committed)) {
      throw new AssertionError(outcome);
    }
  }

  public static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }
}
