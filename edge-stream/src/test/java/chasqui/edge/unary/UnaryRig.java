package chasqui.edge.unary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.edge.TokenVerifier;
import chasqui.edge.budget.BudgetLimits;
import chasqui.edge.budget.Budgets;
import chasqui.edge.session.RouterPort.Taken;
import chasqui.edge.session.SchemaCheck;
import chasqui.error.v1.Reason;
import chasqui.log.v1.Message;
import chasqui.log.v1.TextContent;
import chasqui.mailbox.v1.Appended;
import chasqui.mailbox.v1.ConversationDescription;
import chasqui.mailbox.v1.ConversationIdDerived;
import chasqui.mailbox.v1.DeviceRegistered;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxRequest.OperationCase;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.Refusal;
import chasqui.message.v1.MessageServiceGrpc;
import chasqui.message.v1.SendMessageRequest;
import chasqui.message.v1.SendMessageResponse;
import chasqui.status.Statuses;
import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/// The unary services in process, over an owner by hand.
final class UnaryRig {

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  static final ByteString ID = ByteString.copyFromUtf8("client-message-id");

  final List<MailboxRequest> asked = new CopyOnWriteArrayList<>();
  /// Of requests that the owner answered with null.
  final List<Consumer<MailboxResponse>> unanswered = new CopyOnWriteArrayList<>();
  private final List<String> unreasoned = new CopyOnWriteArrayList<>();
  private final Map<OperationCase, Function<MailboxRequest, MailboxResponse>> owner = new HashMap<>();
  /// Who is online, and who is not; of others it is not known.
  final Map<String, Boolean> online = new HashMap<>();
  Instant now = Instant.parse("2026-03-01T12:00:00Z");
  Taken taken = Taken.TAKEN;
  final UnaryServices services;
  private final Server server;
  private final ManagedChannel channel;

  UnaryRig() {
    this(BudgetLimits.DEFAULT);
  }

  UnaryRig(BudgetLimits budgets) {
    services = new UnaryServices(
        this::request, UnaryRig::verify, new SchemaCheck(), new UnaryServices.Times(() -> now, () -> now.toEpochMilli()),
        new Budgets(budgets, OpenTelemetry.noop().getMeter("test")), new UnaryServices.Limits(3, 64 * 1024),
        new UnaryServices.Ways(
            (userId, answer) -> answer.accept(Optional.ofNullable(online.get(userId))),
            (query, answer) -> answer.accept(new TraceQueries.Answers(List.of(), List.of()))));
    String name = "unary-" + System.identityHashCode(this);
    InProcessServerBuilder builder = InProcessServerBuilder.forName(name).directExecutor();
    services.services().forEach(
        service -> builder.addService(ServerInterceptors.intercept(service, new Conformance(unreasoned::add))));
    server = started(builder.build());
    channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    on(OperationCase.REGISTER_DEVICE,
        r -> MailboxResponse.newBuilder().setDeviceRegistered(DeviceRegistered.getDefaultInstance()).build());
    on(OperationCase.DERIVE_CONVERSATION_ID, r -> MailboxResponse.newBuilder().setConversationIdDerived(
        ConversationIdDerived.newBuilder().setConversationId("derived")).build());
    on(OperationCase.APPEND, r -> MailboxResponse.newBuilder().setAppended(
        Appended.newBuilder().setSeq(7).setStampMicros(42).setGeneration(1)).build());
    on(OperationCase.DESCRIBE_CONVERSATION, r -> described(r.getDescribeConversation().getConversationId()));
  }

  private static Server started(Server server) {
    try {
      return server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Ends it; no status may have gone out without a reason.
  void close() {
    channel.shutdownNow();
    server.shutdownNow();
    assertEquals(List.of(), unreasoned);
  }

  void on(OperationCase operation, Function<MailboxRequest, MailboxResponse> answer) {
    owner.put(operation, answer);
  }

  static MailboxResponse described(String id) {
    return MailboxResponse.newBuilder().setConversation(ConversationDescription.newBuilder()
        .setConversationId(id).setTitle("T " + id).setHead(3).setGeneration(1).setMemberCount(2)).build();
  }

  /// Tokens read USER@ISSUED.
  private static TokenVerifier.Verdict verify(String token) {
    String[] parts = token.split("@");
    return parts.length == 2
        ? new TokenVerifier.Identity(parts[0], Long.parseLong(parts[1]), 1L << 40) : new TokenVerifier.Refused();
  }

  private Taken request(MailboxRequest.Builder request, Consumer<MailboxResponse> answer) {
    MailboxRequest built = request.build();
    if (taken == Taken.TAKEN) {
      asked.add(built);
      MailboxResponse response = owner.get(built.getOperationCase()).apply(built);
      if (response != null) {
        answer.accept(response);
      } else {
        unanswered.add(answer);
      }
    }
    return taken;
  }

  Channel as(String authorization) {
    Metadata headers = new Metadata();
    if (authorization != null) {
      headers.put(AUTHORIZATION, authorization);
    }
    return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  ConversationServiceGrpc.ConversationServiceBlockingStub conversations() {
    return ConversationServiceGrpc.newBlockingStub(as("Bearer alice@100"));
  }

  static Reason refused(Runnable call) {
    StatusRuntimeException failure = assertThrows(StatusRuntimeException.class, call::run);
    return Statuses.reasonOf(failure).orElseThrow(() -> new AssertionError("no reason in " + failure));
  }

  static MailboxResponse refusal(Reason reason) {
    return MailboxResponse.newBuilder().setRefusal(
        Refusal.newBuilder().setReason(reason).setMessage("refused").setRetryAfterMs(5)).build();
  }

  List<MailboxRequest> asked(OperationCase operation) {
    return asked.stream().filter(request -> request.getOperationCase() == operation).toList();
  }

  SendMessageResponse send(String text) {
    return MessageServiceGrpc.newBlockingStub(as("Bearer alice@100")).sendMessage(SendMessageRequest.newBuilder()
        .setConversationId("c").setClientMessageId(ID)
        .setMessage(Message.newBuilder().setText(TextContent.newBuilder().setText(text))).build());
  }
}
