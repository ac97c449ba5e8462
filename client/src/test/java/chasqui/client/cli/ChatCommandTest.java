package chasqui.client.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.client.Frames;
import chasqui.client.ScriptedEdge;
import chasqui.conversation.v1.Conversation;
import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.conversation.v1.CreateDirectRequest;
import chasqui.conversation.v1.CreateDirectResponse;
import chasqui.conversation.v1.CreateGroupRequest;
import chasqui.conversation.v1.CreateGroupResponse;
import chasqui.conversation.v1.ListConversationsRequest;
import chasqui.conversation.v1.ListConversationsResponse;
import chasqui.conversation.v1.ListReceiptsRequest;
import chasqui.conversation.v1.ListReceiptsResponse;
import chasqui.conversation.v1.MemberReceipt;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.Receipt;
import chasqui.edge.v1.ReceiptKind;
import chasqui.edge.v1.ServerFrame;
import chasqui.error.v1.Reason;
import chasqui.history.v1.FetchHistoryRequest;
import chasqui.history.v1.FetchHistoryResponse;
import chasqui.history.v1.HistoryServiceGrpc;
import chasqui.log.v1.ConversationKind;
import chasqui.log.v1.Edit;
import chasqui.log.v1.Entry;
import chasqui.log.v1.FoldedEntry;
import chasqui.log.v1.FoldedReaction;
import io.grpc.stub.StreamObserver;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command line client against a real in-process server.
final class ChatCommandTest {
  @TempDir
  Path home;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<CreateGroupRequest> groupsMade = new CopyOnWriteArrayList<>();
  private PipedWriter typed;
  private ScriptedEdge edge;
  private boolean attended;

  private final class Conversations extends ConversationServiceGrpc.ConversationServiceImplBase {
    @Override
    public void createDirect(CreateDirectRequest request, StreamObserver<CreateDirectResponse> answer) {
      answer.onNext(CreateDirectResponse.newBuilder().setConversation(conversation()).build());
      answer.onCompleted();
    }

    @Override
    public void createGroup(CreateGroupRequest request, StreamObserver<CreateGroupResponse> answer) {
      groupsMade.add(request);
      answer.onNext(CreateGroupResponse.newBuilder().setConversation(conversation()).build());
      answer.onCompleted();
    }

    @Override
    public void listConversations(ListConversationsRequest request, StreamObserver<ListConversationsResponse> answer) {
      answer.onNext(ListConversationsResponse.newBuilder()
          .addConversations(conversation().toBuilder()
              .setKind(ConversationKind.CONVERSATION_KIND_GROUP).setTitle("known"))
          .build());
      answer.onCompleted();
    }

    @Override
    public void listReceipts(ListReceiptsRequest request, StreamObserver<ListReceiptsResponse> answer) {
      answer.onNext(ListReceiptsResponse.newBuilder()
          .addReceipts(MemberReceipt.newBuilder().setUserId("alice").setDeliveredSeq(3).setReadSeq(3))
          .addReceipts(MemberReceipt.newBuilder().setUserId("bob").setDeliveredSeq(3).setReadSeq(2))
          .build());
      answer.onCompleted();
    }

    private Conversation conversation() {
      return Conversation.newBuilder().setConversationId(Frames.CONVERSATION).build();
    }
  }

  private static final class OneEntry extends HistoryServiceGrpc.HistoryServiceImplBase {
    @Override
    public void fetchHistory(FetchHistoryRequest request, StreamObserver<FetchHistoryResponse> answer) {
      answer.onNext(FetchHistoryResponse.newBuilder()
          .addFolded(FoldedEntry.newBuilder().setEntry(Frames.entry(1)).setPinned(true)
              .addReactions(FoldedReaction.newBuilder().setEmoji("+").setCount(3)))
          .addFolded(FoldedEntry.newBuilder().setEntry(Frames.entry(2)))
          .setFoldedUpto(2)
          .build());
      answer.onCompleted();
    }
  }

  @BeforeEach
  void start() {
    edge = new ScriptedEdge("cli-" + System.nanoTime(), new Conversations(), new OneEntry());
  }

  @AfterEach
  void stop() {
    edge.close();
  }

  private int run(Map<String, String> environment, String... arguments) throws IOException {
    return run(new BufferedReader(new PipedReader()), environment, arguments);
  }

  private int run(BufferedReader input, Map<String, String> environment, String... arguments) {
    var command = new ChatCommand(environment, input, stream(out), stream(err));
    command.channels = java.util.Optional.of(ScriptedEdge.channels());
    command.attended = attended;
    var all = new ArrayList<>(List.of("chat", "--as", "alice", "--home", home.toString()));
    all.addAll(List.of(arguments));
    return command.execute(all.toArray(String[]::new));
  }

  /// Chats with what is typed from here on.
  private CompletableFuture<Integer> chatting(String... arguments) throws IOException {
    typed = new PipedWriter();
    var input = new BufferedReader(new PipedReader(typed));
    var environment = Map.of("CHASQUI_SERVER", edge.address(), "CHASQUI_TOKEN", "t");
    return CompletableFuture.supplyAsync(() -> run(input, environment, arguments));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private String shown() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private void awaitShown(String part) {
    await(out, part);
  }

  private void await(ByteArrayOutputStream where, String part) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!where.toString(StandardCharsets.UTF_8).contains(part)) {
      assertTrue(System.nanoTime() < deadline, () -> "\"" + part + "\" was not shown in: " + shown() + err);
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void history_then_what_was_missed_then_own_lines_in_one_order() throws Exception {
    var ended = chatting("--with", "bob");
    var stream = edge.next();
    stream.send(Frames.welcome());
    stream.send(Frames.delivery(1, 3));
    stream.send(Frames.caughtUp());
    awaitShown("bob: m3");
    typed.write("hello\n");
    typed.flush();
    var send = stream.await(ClientFrame::hasSend).getSend();
    assertEquals("hello", send.getMessage().getText().getText());
    assertFalse(shown().contains("hello"));
    stream.send(Frames.accepted(send, 4));
    awaitShown("alice: hello");
    typed.close();
    assertEquals(0, ended.get(20, TimeUnit.SECONDS));
    var lines = shown().lines().filter(line -> line.contains(": ")).map(line -> line.substring(6)).toList();
    assertEquals(List.of("bob: m1 (pinned) [+ 3]", "bob: m2", "bob: m3", "alice: hello"), lines);
  }

  @Test
  void messages_are_changed_and_changes_are_shown() throws Exception {
    var ended = chatting("--with", "bob");
    var stream = edge.next();
    stream.send(Frames.welcome());
    stream.send(Frames.delivery(0, 2));
    stream.send(Frames.caughtUp());
    awaitShown("bob: m2");
    typed.write("/react +\n");
    typed.flush();
    var reaction = stream.await(ClientFrame::hasSend).getSend();
    assertEquals(2, reaction.getReaction().getTargetSeq());
    stream.send(Frames.accepted(reaction, 3));
    awaitShown("-- alice reacted + on a message of bob: m2");
    typed.write("/reply #1 to that\n/pin now\n/edit x\n");
    typed.flush();
    var reply = stream.await(ClientFrame::hasSend).getSend();
    assertEquals(1, reply.getMessage().getReplyToSeq());
    await(err, "usage: /pin [#N]");
    await(err, "no message of yours was shown");
    stream.send(Frames.accepted(reply, 4));
    awaitShown("alice: (to #1) to that");
    typed.write("/edit so it is\n");
    typed.flush();
    var edit = stream.await(ClientFrame::hasSend).getSend();
    assertEquals(4, edit.getEdit().getTargetSeq());
    stream.send(Frames.accepted(edit, 5));
    awaitShown("-- alice edited an own message: so it is");
    stream.send(Frames.delivered(Entry.newBuilder().setSeq(6).setSenderUser("bob")
        .setEdit(Edit.newBuilder().setTargetSeq(2).setMessage(Frames.text("m2, better"))).build()));
    awaitShown("-- bob edited an own message: m2, better");
    typed.close();
    assertEquals(0, ended.get(20, TimeUnit.SECONDS));
  }

  @Test
  void what_is_shown_to_a_person_is_read_and_a_reader_is_shown_once() throws Exception {
    attended = true;
    var ended = chatting("--with", "bob");
    var stream = edge.next();
    stream.send(Frames.welcome());
    stream.send(Frames.delivery(0, 2));
    stream.send(Frames.caughtUp());
    assertEquals(2, stream.await(ClientFrame::hasReadMark).getReadMark().getPosition().getSeq());
    stream.send(receipt("alice", ReceiptKind.RECEIPT_KIND_READ, 2));
    typed.write("well?\n");
    typed.flush();
    var send = stream.await(ClientFrame::hasSend).getSend();
    stream.send(Frames.accepted(send, 3));
    awaitShown("alice: well?");
    assertEquals(3, stream.await(ClientFrame::hasReadMark).getReadMark().getPosition().getSeq());
    stream.send(receipt("bob", ReceiptKind.RECEIPT_KIND_DELIVERED, 3));
    stream.send(receipt("bob", ReceiptKind.RECEIPT_KIND_READ, 2));
    stream.send(receipt("bob", ReceiptKind.RECEIPT_KIND_READ, 3));
    stream.send(receipt("bob", ReceiptKind.RECEIPT_KIND_READ, 3));
    awaitShown("-- bob has read it");
    typed.write("/read\n");
    typed.close();
    awaitShown("-- bob has read up to #2, received up to #3");
    assertEquals(0, ended.get(20, TimeUnit.SECONDS));
    assertEquals(1, shown().lines().filter(line -> line.contains("has read it")).count());
  }

  @Test
  void a_script_reads_when_it_says_so_and_gets_receipts_as_lines() throws Exception {
    var ended = chatting("--with", "bob", "--json");
    var stream = edge.welcomed();
    stream.send(Frames.delivery(0, 2));
    stream.send(receipt("bob", ReceiptKind.RECEIPT_KIND_DELIVERED, 2));
    awaitShown("{\"type\":\"receipt\",\"user\":\"bob\",\"kind\":\"delivered\",\"seq\":2}");
    assertTrue(stream.received.stream().noneMatch(ClientFrame::hasReadMark));
    typed.write("/read\n");
    typed.flush();
    assertEquals(2, stream.await(ClientFrame::hasReadMark).getReadMark().getPosition().getSeq());
    stream.send(receipt("alice", ReceiptKind.RECEIPT_KIND_READ, 2));
    awaitShown("{\"type\":\"unread\",\"read_seq\":2,\"messages\":0,\"mentions\":0}");
    typed.close();
    assertEquals(0, ended.get(20, TimeUnit.SECONDS));
  }

  private static ServerFrame receipt(String user, ReceiptKind kind, long seq) {
    return ServerFrame.newBuilder()
        .setReceipt(Receipt.newBuilder().setUserId(user).setKind(kind).setPosition(Position.newBuilder()
            .setConversationId(Frames.CONVERSATION).setGeneration(Frames.GENERATION).setSeq(seq)))
        .build();
  }

  @Test
  void the_end_of_the_input_waits_until_everything_is_accepted() throws Exception {
    var ended = chatting("--with", "bob", "--json");
    var stream = edge.welcomed();
    typed.write("one\ntwo\n");
    typed.close();
    var one = stream.await(ClientFrame::hasSend).getSend();
    var two = stream.await(ClientFrame::hasSend).getSend();
    stream.send(Frames.accepted(one, 3));
    assertFalse(ended.isDone());
    stream.send(Frames.accepted(two, 4));
    assertEquals(0, ended.get(20, TimeUnit.SECONDS));
  }

  @Test
  void what_is_not_accepted_in_time_is_said_kept_and_sent_the_next_time() throws Exception {
    var ended = chatting("--with", "bob", "--drain-timeout", "0");
    edge.welcomed();
    typed.write("one\n");
    typed.close();
    assertEquals(3, ended.get(20, TimeUnit.SECONDS));
    var again = chatting("--with", "bob");
    var next = edge.welcomed();
    next.send(Frames.delivery(0, 2));
    var send = next.await(ClientFrame::hasSend).getSend();
    assertEquals("one", send.getMessage().getText().getText());
    next.send(Frames.accepted(send, 3));
    awaitShown("alice: one");
    typed.close();
    assertEquals(0, again.get(20, TimeUnit.SECONDS));
  }

  @Test
  void a_refused_line_is_said_and_remembered_in_the_exit_code() throws Exception {
    var ended = chatting("--with", "bob");
    var stream = edge.welcomed();
    typed.write("one\n");
    typed.close();
    stream.send(Frames.rejected(
        stream.await(ClientFrame::hasSend).getSend(), Reason.REASON_PERMISSION_DENIED, 0));
    assertEquals(1, ended.get(20, TimeUnit.SECONDS));
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("not sent: your role"), err::toString);
  }

  @Test
  void json_lines_carry_the_whole_entry() throws Exception {
    var ended = chatting("--with", "bob", "--json", "--history", "0");
    var stream = edge.welcomed();
    stream.send(Frames.delivery(0, 1));
    awaitShown("m1");
    typed.close();
    assertEquals(0, ended.get(20, TimeUnit.SECONDS));
    var entry = shown().lines().filter(line -> line.contains("\"type\":\"entry\"")).findFirst().orElseThrow();
    assertEquals("{\"type\":\"entry\",\"conversation_id\":\"c1\",\"seq\":1,\"stamp_micros\":1000,\"sender\":\"bob\","
        + "\"device\":\"b1\",\"client_message_id\":\"\",\"own\":false,\"history\":false,\"kind\":\"message\","
        + "\"text\":\"m1\"}", entry);
  }

  @Test
  void an_eviction_ends_the_chat() throws Exception {
    var ended = chatting("--with", "bob");
    edge.welcomed().send(Frames.evicted(Reason.REASON_SUPERSEDED));
    assertEquals(7, ended.get(20, TimeUnit.SECONDS));
  }

  @Test
  void an_unknown_group_is_created_only_when_it_is_said_with_whom() throws Exception {
    assertEquals(5, chatting("--group", "new").get(20, TimeUnit.SECONDS));
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("--group new --with"), err::toString);
    var ended = chatting("--group", "new", "--with", "bob,carol");
    edge.next();
    edge.welcomed();
    typed.close();
    assertEquals(0, ended.get(20, TimeUnit.SECONDS));
    assertEquals(List.of("bob", "carol"), groupsMade.getFirst().getMemberUserIdsList());
  }

  @Test
  void a_known_group_is_entered() throws Exception {
    var ended = chatting("--group", "known");
    edge.welcomed();
    typed.write("/quit\n");
    typed.flush();
    assertEquals(0, ended.get(20, TimeUnit.SECONDS));
    assertTrue(groupsMade.isEmpty());
  }

  @Test
  void the_token_must_be_the_users() throws Exception {
    var ended = chatting("--with", "bob");
    var stream = edge.next();
    var welcome = Frames.welcome().toBuilder();
    welcome.getWelcomeBuilder().setUserId("mallory");
    stream.send(welcome.build());
    assertEquals(4, ended.get(20, TimeUnit.SECONDS));
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("The token is for mallory"), err::toString);
  }

  @Test
  void wrong_options_are_explained() throws Exception {
    assertEquals(2, run(Map.of()));
    assertEquals(2, run(Map.of(), "--with", "bob,carol"));
    assertEquals(2, run(Map.of(), "--with", "alice"));
    assertEquals(6, run(Map.of("CHASQUI_DATA", home.toString(), "CHASQUI_TOKEN", "t"), "--with", "bob"));
    assertEquals(4, run(Map.of("CHASQUI_SERVER", edge.address()), "--with", "bob"));
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("./chasqui token --user alice"), err::toString);
  }

  @Test
  void a_token_command_that_fails_is_quoted() throws Exception {
    assertEquals(4, run(Map.of("CHASQUI_SERVER", edge.address()), "--with", "bob",
        "--token-command", "echo no key here >&2; exit 9"));
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("no key here"), err::toString);
  }

  @Test
  void help_lists_the_exit_codes() throws Exception {
    assertEquals(0, run(Map.of(), "--help"));
    assertTrue(shown().contains("Exit codes:"), this::shown);
  }
}
