package chasqui.client.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import chasqui.client.ChasquiClient;
import chasqui.client.Frames;
import chasqui.client.ScriptedEdge;
import chasqui.client.TokenSource;
import chasqui.conversation.v1.Conversation;
import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.conversation.v1.GetConversationRequest;
import chasqui.conversation.v1.GetConversationResponse;
import chasqui.edge.v1.ClientFrame;
import chasqui.log.v1.ConversationKind;
import chasqui.log.v1.Entry;
import chasqui.log.v1.Message;
import chasqui.message.v1.MessageServiceGrpc;
import chasqui.message.v1.SendMessageRequest;
import chasqui.message.v1.SendMessageResponse;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The sample bot against a real in-process server.
final class EchoBotTest {
  private static final String BOT = "alice";

  @TempDir
  Path folder;

  private final BlockingQueue<SendMessageRequest> answers = new LinkedBlockingQueue<>();
  private volatile ConversationKind kind = ConversationKind.CONVERSATION_KIND_DIRECT;
  private final ScriptedEdge edge = new ScriptedEdge("bot-" + System.nanoTime(), new Rooms(), new Messages());
  private CompletableFuture<Void> running;
  private ChasquiClient client;

  private final class Rooms extends ConversationServiceGrpc.ConversationServiceImplBase {
    @Override
    public void getConversation(GetConversationRequest request, StreamObserver<GetConversationResponse> answer) {
      answer.onNext(GetConversationResponse.newBuilder()
          .setConversation(Conversation.newBuilder().setConversationId(request.getConversationId()).setKind(kind)).build());
      answer.onCompleted();
    }
  }

  private final class Messages extends MessageServiceGrpc.MessageServiceImplBase {
    @Override
    public void sendMessage(SendMessageRequest request, StreamObserver<SendMessageResponse> answer) {
      answers.add(request);
      answer.onNext(SendMessageResponse.newBuilder().setSeq(100).setGeneration(Frames.GENERATION).build());
      answer.onCompleted();
    }
  }

  private ScriptedEdge.Connection start() throws InterruptedException {
    var bot = new EchoBot();
    client = ChasquiClient.builder().endpoints(edge.address()).channels(ScriptedEdge.channels())
        .token(TokenSource.fixed("t")).deviceId("echo-bot").dataFolder(folder).listener(bot).connect();
    running = CompletableFuture.runAsync(() -> bot.run(client));
    var stream = edge.next();
    stream.send(Frames.welcome());
    return stream;
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    running.get(20, TimeUnit.SECONDS);
    edge.close();
  }

  private static Entry said(long seq, String by, Message message) {
    return Entry.newBuilder().setSeq(seq).setSenderUser(by).setSenderDevice("d").setMessage(message).build();
  }

  private static long acked(ClientFrame frame) {
    return frame.getAck().getPositions(0).getSeq();
  }

  @Test
  void what_it_is_told_alone_is_answered_once_and_acked_only_then() throws Exception {
    var stream = start();
    stream.send(Frames.delivered(said(1, "bob", Frames.text("hello"))));
    var answer = answers.poll(20, TimeUnit.SECONDS);
    assertEquals("you said: hello", answer.getMessage().getText().getText());
    assertEquals(1, answer.getMessage().getReplyToSeq());
    assertEquals("answer to 1", answer.getClientMessageId().toStringUtf8());
    assertEquals(1, acked(stream.await(ClientFrame::hasAck)));
    stream.send(Frames.delivered(said(2, BOT, Frames.text("you said: hello"))));
    stream.send(Frames.delivered(said(3, "bob", Frames.text("an answer").toBuilder().setReplyToSeq(2).build())));
    stream.await(frame -> frame.hasAck() && acked(frame) == 3);
    assertNull(answers.poll(), "neither itself nor an answer is answered");
  }

  @Test
  void in_a_group_only_what_mentions_it_is_answered() throws Exception {
    kind = ConversationKind.CONVERSATION_KIND_GROUP;
    var stream = start();
    stream.send(Frames.delivered(said(1, "bob", Frames.text("hello all"))));
    stream.send(Frames.delivered(said(2, "bob", Frames.text("hello bot").toBuilder().addMentionedUsers(BOT).build())));
    assertEquals(2, answers.poll(20, TimeUnit.SECONDS).getMessage().getReplyToSeq());
    assertNull(answers.poll());
  }

  @Test
  void shown_again_after_a_crash_the_same_message_gets_its_answer_under_the_same_key() throws Exception {
    var stream = start();
    stream.send(Frames.delivered(said(1, "bob", Frames.text("hello"))));
    var first = answers.poll(20, TimeUnit.SECONDS);
    client.close();
    running.get(20, TimeUnit.SECONDS);
    folder = folder.resolve("lost");
    start().send(Frames.delivered(said(1, "bob", Frames.text("hello"))));
    assertEquals(first, answers.poll(20, TimeUnit.SECONDS));
  }
}
