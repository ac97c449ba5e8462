package chasqui.node.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.conversation.v1.AddMembersRequest;
import chasqui.conversation.v1.Conversation;
import chasqui.conversation.v1.ConversationServiceGrpc.ConversationServiceBlockingStub;
import chasqui.conversation.v1.LeaveGroupRequest;
import chasqui.conversation.v1.ListConversationsRequest;
import chasqui.conversation.v1.ListConversationsResponse;
import chasqui.discovery.CrashPoints;
import chasqui.log.v1.ConversationKind;
import chasqui.log.v1.Entry;
import chasqui.log.v1.Message;
import chasqui.log.v1.TextContent;
import chasqui.mailbox.store.CommitOutcome;
import chasqui.mailbox.store.embedded.EmbeddedStore;
import chasqui.message.v1.MessageServiceGrpc;
import chasqui.message.v1.SendMessageRequest;
import chasqui.node.config.Agreements;
import chasqui.node.config.ConfigFile;
import chasqui.node.config.Settings;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.ConversationRow;
import chasqui.store.v1.JournalBatch;
import chasqui.store.v1.MarkRows;
import chasqui.store.v1.MembershipRow;
import com.google.protobuf.ByteString;
import io.opentelemetry.api.OpenTelemetry;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The list of conversations over real parts and the store on disk.
class ListIT {

  private static final Pattern REQUESTS = Pattern.compile("(?m)^chasqui_router_requests_total\\S* (\\S+)$");
  private static final int CONVERSATIONS = 10_000;

  @TempDir
  private Path folder;
  private int ids;

  private ByteString id() {
    return ByteString.copyFromUtf8("an id of the test " + ++ids);
  }

  @Test
  void the_first_page_of_ten_thousand_costs_no_more_than_a_page() throws Exception {
    List<String> newestFirst = seed();
    try (MeshFixture mesh = MeshFixture.start(folder)) {
      ConversationServiceBlockingStub alice = mesh.conversations("alice");
      long before = requests(mesh);
      List<Conversation> first = alice.listConversations(ListConversationsRequest.newBuilder().setPageSize(50).build())
          .getConversationsList();
      long asked = requests(mesh) - before;
      assertEquals(newestFirst.subList(0, 50), ids(first));
      assertEquals("hello", first.getFirst().getLastEntry().getMessage().getText().getText());
      // A sign-out check, one read of marks, the stamps of the days that the page reaches into, and the page itself.
      assertTrue(asked <= 2 + 60 + 50, asked + " requests");
      // While others move, each is given once, and in the order of the first page.
      List<String> all = new ArrayList<>();
      String token = "";
      String moved;
      do {
        ListConversationsResponse page =
            alice.listConversations(ListConversationsRequest.newBuilder().setPageSize(500).setPageToken(token).build());
        all.addAll(ids(page.getConversationsList()));
        token = page.getNextPageToken();
        moved = newestFirst.get(CONVERSATIONS - 1 - all.size() / 20);
        say(mesh, moved);
      } while (!token.isEmpty());
      assertEquals(CONVERSATIONS, all.size());
      for (int i = 0; i < CONVERSATIONS; i++) {
        assertEquals(newestFirst.get(i), all.get(i), "at " + i);
      }
      assertEquals(moved, list(alice).getFirst().getConversationId());
    }
  }

  @Test
  void a_conversation_that_was_left_stays_where_the_leaving_put_it() {
    try (MeshFixture mesh = MeshFixture.start(folder)) {
      String group = mesh.group("alice", "Team", "bob");
      String direct = mesh.direct("bob", "carol");
      ConversationServiceBlockingStub bob = mesh.conversations("bob");
      assertEquals(List.of(direct, group), ids(list(bob)));
      long left = bob.leaveGroup(LeaveGroupRequest.newBuilder().setConversationId(group).setClientMessageId(id()).build()).getSeq();
      say(mesh, direct, "bob");
      mesh.conversations("alice").addMembers(AddMembersRequest.newBuilder()
          .setConversationId(group).setClientMessageId(id()).addUserIds("dave").build());
      List<Conversation> list = list(bob);
      assertEquals(List.of(direct, group), ids(list));
      assertTrue(list.getLast().getLeft());
      assertEquals(left, list.getLast().getHead());
      assertEquals(left, list.getLast().getLastEntry().getSeq());
      assertEquals(List.of(), list(mesh.conversations("mallory")));
    }
  }

  private static List<Conversation> list(ConversationServiceBlockingStub user) {
    return user.listConversations(ListConversationsRequest.getDefaultInstance()).getConversationsList();
  }

  private static List<String> ids(List<Conversation> page) {
    return page.stream().map(Conversation::getConversationId).toList();
  }

  private void say(MeshFixture mesh, String conversation) {
    say(mesh, conversation, "alice");
  }

  private void say(MeshFixture mesh, String conversation, String user) {
    MessageServiceGrpc.newBlockingStub(mesh.channel(0)).withCallCredentials(MeshFixture.bearer(mesh.token(user)))
        .sendMessage(SendMessageRequest.newBuilder().setConversationId(conversation).setClientMessageId(id())
            .setMessage(Message.newBuilder().setText(TextContent.newBuilder().setText("moved"))).build());
  }

  private static long requests(MeshFixture mesh) {
    Matcher value = REQUESTS.matcher(mesh.telemetry().text());
    return value.find() ? (long) Double.parseDouble(value.group(1)) : 0;
  }

  /// Conversations of alice that last moved over the last 900 days, newest first.
  private List<String> seed() throws Exception {
    var config = Agreements.store(Settings.load(folder, ConfigFile.NONE, Map.of()));
    Instant now = InstantSource.system().instant();
    List<String> newestFirst = new ArrayList<>();
    try (EmbeddedStore store = EmbeddedStore.open(config, () -> now, new SecureRandom(),
        OpenTelemetry.noop().getMeter("seed"), (what, why) -> { }, CrashPoints.NONE)) {
      JournalBatch.Builder batch = JournalBatch.newBuilder();
      for (int i = 0; i < CONVERSATIONS; i++) {
        String id = "c" + (i * 7919L % CONVERSATIONS);
        newestFirst.add(id);
        batch.addCommits(commit(id, now.minus(Duration.ofDays(900).multipliedBy(i + 1).dividedBy(CONVERSATIONS))));
        if (batch.getCommitsCount() == 500) {
          assertEquals(new CommitOutcome.Committed(), store.journal().commit(0, batch.build()).toCompletableFuture().join());
          batch.clear();
        }
      }
    }
    assertEquals(CONVERSATIONS, new HashSet<>(newestFirst).size());
    return newestFirst;
  }

  private static ConversationCommit commit(String id, Instant at) {
    long stamp = at.toEpochMilli() * 1000;
    return ConversationCommit.newBuilder()
        .setConversationId(id)
        .setRow(ConversationRow.newBuilder().setKind(ConversationKind.CONVERSATION_KIND_GROUP).setTitle(id)
            .setHead(1).setStampMicros(stamp).setGeneration(1).setRosterSeq(1))
        .addEntries(Entry.newBuilder().setSeq(1).setStampMicros(stamp).setSenderUser("alice")
            .setMessage(Message.newBuilder().setText(TextContent.newBuilder().setText("hello"))))
        .addMemberships(MembershipRow.newBuilder().setUserId("alice").setJoinSeq(1))
        .addMarks(MarkRows.newBuilder().setDay((int) Duration.ofMillis(at.toEpochMilli()).toDays()).addUserIds("alice")
            .setLasting(true))
        .build();
  }
}
