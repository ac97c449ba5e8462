package chasqui.client.cli;

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
import chasqui.history.v1.FetchHistoryRequest;
import chasqui.history.v1.FetchHistoryResponse;
import chasqui.history.v1.HistoryServiceGrpc;
import chasqui.log.v1.ConversationKind;
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
import org.junit.jupiter.api.io.TempDir;

/// A chat in front of a real in-process server: what is typed, and what is shown.
abstract class ChatRig {
  @TempDir
  Path home;

  final ByteArrayOutputStream out = new ByteArrayOutputStream();
  final ByteArrayOutputStream err = new ByteArrayOutputStream();
  final List<CreateGroupRequest> groupsMade = new CopyOnWriteArrayList<>();
  PipedWriter typed;
  ScriptedEdge edge;
  boolean attended;

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

  int run(Map<String, String> environment, String... arguments) throws IOException {
    return run(new BufferedReader(new PipedReader()), environment, arguments);
  }

  int run(BufferedReader input, Map<String, String> environment, String... arguments) {
    var command = new ChatCommand(environment, input, stream(out), stream(err));
    command.channels = java.util.Optional.of(ScriptedEdge.channels());
    command.attended = attended;
    var all = new ArrayList<>(List.of("chat", "--as", "alice", "--home", home.toString()));
    all.addAll(List.of(arguments));
    return command.execute(all.toArray(String[]::new));
  }

  /// Chats with what is typed from here on.
  CompletableFuture<Integer> chatting(String... arguments) throws IOException {
    typed = new PipedWriter();
    var input = new BufferedReader(new PipedReader(typed));
    var environment = Map.of("CHASQUI_SERVER", edge.address(), "CHASQUI_TOKEN", "t");
    return CompletableFuture.supplyAsync(() -> run(input, environment, arguments));
  }

  static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  String shown() {
    return out.toString(StandardCharsets.UTF_8);
  }

  void awaitShown(String part) {
    await(out, part);
  }

  void await(ByteArrayOutputStream where, String part) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!where.toString(StandardCharsets.UTF_8).contains(part)) {
      assertTrue(System.nanoTime() < deadline, () -> "\"" + part + "\" was not shown in: " + shown() + err);
      LockSupport.parkNanos(1_000_000);
    }
  }
}
