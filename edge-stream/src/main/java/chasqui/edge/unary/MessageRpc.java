package chasqui.edge.unary;

import chasqui.error.v1.Reason;
import chasqui.log.fold.Changes;
import chasqui.log.v1.Message;
import chasqui.mailbox.v1.Append;
import chasqui.mailbox.v1.Appended;
import chasqui.message.v1.MessageServiceGrpc;
import chasqui.message.v1.SendMessageRequest;
import chasqui.message.v1.SendMessageResponse;
import chasqui.status.Statuses;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Map;

/// Sends without a stream.
final class MessageRpc extends MessageServiceGrpc.MessageServiceImplBase {

  private final Calls calls;
  private final int messageBytesMax;

  MessageRpc(Calls calls, int messageBytesMax) {
    this.calls = calls;
    this.messageBytesMax = messageBytesMax;
  }

  @Override
  public void sendMessage(SendMessageRequest request, StreamObserver<SendMessageResponse> observer) {
    calls.beginAbout(observer, call -> {
      boolean edits = request.hasEdit();
      Message message = edits ? request.getEdit().getMessage() : request.getMessage();
      if (message.getSerializedSize() > messageBytesMax) {
        call.fail(Statuses.of(
            Reason.REASON_TOO_LARGE, "the message has " + message.getSerializedSize() + " bytes, at most " + messageBytesMax,
            Map.of("max_bytes", Integer.toString(messageBytesMax)), Duration.ZERO));
      } else if ((edits || request.hasMessage()) && Changes.saysNothing(message)) {
        String field = edits ? "edit.message.content" : "message.content";
        call.fail(Validation.invalid(field, field + ": exactly one kind is required"));
      } else {
        call.append(
            request.getConversationId(), request.getClientMessageId(), append(request),
            response -> call.reply(response(response.getAppended())));
      }
    });
  }

  private static Append.Builder append(SendMessageRequest request) {
    Append.Builder append = Append.newBuilder();
    return switch (request.getChangeCase()) {
      case MESSAGE -> append.setMessage(request.getMessage());
      case EDIT -> append.setEdit(request.getEdit());
      case DELETION -> append.setDeletion(request.getDeletion());
      case REACTION -> append.setReaction(request.getReaction());
      case PIN -> append.setPin(request.getPin());
      case CHANGE_NOT_SET -> throw new IllegalStateException("a request without a change passed the schema");
    };
  }

  private static SendMessageResponse response(Appended appended) {
    return SendMessageResponse.newBuilder()
        .setSeq(appended.getSeq())
        .setStampMicros(appended.getStampMicros())
        .setGeneration(appended.getGeneration())
        .build();
  }
}
