package chasqui.client;

import chasqui.client.session.ClientEvent;
import chasqui.client.session.DurableState;
import chasqui.client.session.SendOutcome;
import chasqui.client.session.SessionCore;
import chasqui.client.session.SessionCounts;
import chasqui.client.session.Submission;
import chasqui.edge.v1.Send;
import chasqui.log.v1.Message;
import chasqui.log.v1.TextContent;
import chasqui.message.v1.MessageServiceGrpc;
import chasqui.message.v1.SendMessageRequest;
import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/// A device of a user, connected to Chasqui.
///
/// Messages go through a durable outbox: once [#send] has returned without a refusal the message is on its way to disk,
/// and from there it reaches the server once, whatever breaks. Entries come to the listener once each and in order.
/// All methods may be called from any thread, by the listener too. Futures of messages and changes complete on the
/// listener's thread, in the order of events; those of calls on threads that may block ([ChasquiClientBuilder#blockingExecutor]).
public final class ChasquiClient implements AutoCloseable {
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

  private final SessionDriver driver;
  private final OutboxRoom room;
  private final Map<ByteString, CompletableFuture<SendReceipt>> waiting = new ConcurrentHashMap<>();
  private final Conversations conversations;
  private final History history;
  private final Devices devices;
  private final People people;

  ChasquiClient(ClientConfig config, Surroundings surroundings, DurableState restored) {
    this.room = new OutboxRoom(config.session().bounds().sends(), restored.unanswered());
    this.driver = new SessionDriver(config, surroundings, restored, this::settled);
    this.conversations = new Conversations(driver.unary());
    this.history = new History(driver.unary());
    this.devices = new Devices(driver.unary());
    this.people = new People(driver.unary());
  }

  public static ChasquiClientBuilder builder() {
    return new ChasquiClientBuilder();
  }

  void start() {
    driver.start();
  }

  /// Sends a message. The future completes when it is committed at the server, and fails with
  /// [SendRefusedException] if it is finally refused, [OutboxFullException] if there is no room for it, or
  /// [ClientEndedException] if the client ends first. It never fails because a connection broke.
  public CompletableFuture<SendReceipt> send(String conversationId, Message message) {
    return send(Send.newBuilder().setConversationId(conversationId).setMessage(message).build());
  }

  /// Sends a message under a key of the caller's own, straight to the server: for programs that answer, whose answer is to
  /// be given once although what they answer may be shown to them again. Sent again under the same key it is stored once,
  /// and completes with the first place. Not in the outbox: it fails with [ChasquiException] if there is no answer as
  /// long as calls are tried ([ChasquiClientBuilder#callPatience]), and may then be stored all the same; to be tried again
  /// under the same key.
  ///
  /// @param key 1 to 64 bytes in UTF-8; per conversation and user. With another content it is refused, `REASON_ID_REUSED`
  public CompletableFuture<SendReceipt> sendOnce(String conversationId, String key, Message message) {
    var id = ByteString.copyFromUtf8(key);
    var request = SendMessageRequest.newBuilder()
        .setConversationId(conversationId).setClientMessageId(id).setMessage(message).build();
    return driver.unary().call(MessageServiceGrpc.getSendMessageMethod(), request).thenApply(stored ->
        new SendReceipt(conversationId, id, stored.getSeq(), stored.getStampMicros(), stored.getGeneration()));
  }

  /// Changes of earlier messages; like messages they go through the outbox.
  public Changing changing(String conversationId) {
    return new Changing(conversationId, this::send);
  }

  private CompletableFuture<SendReceipt> send(Send content) {
    var future = new CompletableFuture<SendReceipt>();
    int bytes = OutboxRoom.bytesOf(content);
    if (room.take(bytes)) {
      driver.run((core, nowMs) -> submit(core, content, future, nowMs));
    } else {
      future.completeExceptionally(new OutboxFullException(room.messages()));
    }
    return future;
  }

  /// Sends text.
  public CompletableFuture<SendReceipt> sendText(String conversationId, String text) {
    return send(conversationId, Message.newBuilder().setText(TextContent.newBuilder().setText(text)).build());
  }

  /// Says that the person types in a conversation, or stopped. To be called at every key: what is said to the server is
  /// thinned out here. Others see it for 6 seconds after the last time, or until a message comes. Never stored, and lost
  /// while there is no connection.
  public void typing(String conversationId, boolean typing) {
    driver.run((core, nowMs) -> core.typing(conversationId, typing, nowMs));
  }

  /// Says that the person read a conversation up to `seq`, which counts as far as the listener was shown it. Less than
  /// before changes nothing, so it may be called for every entry that is shown. Kept over reconnects until the server has stored it, but not over the end of this client;
  /// a [ClientEvent.ReadMoved] follows.
  public void markRead(String conversationId, long seq) {
    driver.run((core, nowMs) -> core.read(conversationId, seq, nowMs));
  }

  /// Replaces whom to tell of when they come online or go offline; at most 200 users, of whom those count with whom this
  /// user has a 1:1 conversation.
  public void watch(Collection<String> users) {
    var wanted = List.copyOf(users);
    driver.run((core, nowMs) -> core.watch(wanted, nowMs));
  }

  private void submit(SessionCore core, Send content, CompletableFuture<SendReceipt> future, long nowMs) {
    int bytes = OutboxRoom.bytesOf(content);
    switch (core.submit(content, nowMs)) {
      case Submission.Queued(var id) -> {
        room.queued(id, bytes);
        waiting.put(id, future);
      }
      case Submission.OutboxFull(int messages, _) -> refuse(future, bytes, new OutboxFullException(messages));
      case Submission.Invalid(var reason, var why) -> refuse(future, bytes, new SendRefusedException(reason, why));
      case Submission.Ended(var why) -> refuse(future, bytes, new ClientEndedException(why, false));
    }
  }

  /// Told like an answer; counted as unanswered until then.
  private void refuse(CompletableFuture<SendReceipt> future, int bytes, ChasquiException refusal) {
    driver.tell(() -> {
      future.completeExceptionally(refusal);
      room.give(bytes);
    });
  }

  /// Called in the order of events, after the listener was told.
  private void settled(SendOutcome outcome) {
    room.answered(outcome.clientMessageId());
    var future = waiting.remove(outcome.clientMessageId());
    if (future == null) {
      return;
    }
    switch (outcome) {
      case SendOutcome.Accepted(var conversation, var id, long seq, long stampMicros, long generation) ->
          future.complete(new SendReceipt(conversation, id, seq, stampMicros, generation));
      case SendOutcome.Refused refused -> future.completeExceptionally(new SendRefusedException(refused));
      case SendOutcome.Pending(_, _, var why, boolean mayBeStored) ->
          future.completeExceptionally(new ClientEndedException(why, mayBeStored));
    }
  }

  public Conversations conversations() {
    return conversations;
  }

  public History history() {
    return history;
  }

  public Devices devices() {
    return devices;
  }

  public People people() {
    return people;
  }

  /// Messages without an answer, those of earlier runs included.
  public int unanswered() {
    return room.messages();
  }

  /// What the session holds and what happened in it.
  public CompletableFuture<SessionCounts> counts() {
    var counts = new CompletableFuture<SessionCounts>();
    driver.run((core, _) -> counts.complete(core.counts()));
    return counts;
  }

  /// Waits for a future of this client, and throws its [ChasquiException] as it is.
  public static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ChasquiException failure) {
        throw failure;
      }
      throw new CompletionException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting", e);
    }
  }

  /// Acks and saves what was shown, ends the streams and lets go of the data folder. Messages without an answer stay in
  /// the outbox; what arrives from here on is left for the next client. Waits up to 5 s for what the listener still has to
  /// do; called by the listener itself, it returns at once and ends in the background.
  @Override
  public void close() {
    driver.close(CLOSE_WAIT);
  }
}
