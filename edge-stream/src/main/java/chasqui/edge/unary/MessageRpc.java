package chasqui.edge.unary;

import chasqui.error.v1.Reason;
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
    calls.begin(observer, call -> {
      Message message = request.getMessage();
      if (message.getSerializedSize() > messageBytesMax) {
        call.fail(Statuses.of(
            Reason.REASON_TOO_LARGE, "the message has " + message.getSerializedSize() + " bytes, at most " + messageBytesMax,
            Map.of("max_bytes", Integer.toString(messageBytesMax)), Duration.ZERO));
      } else if (message.getContentCase() == Message.ContentCase.CONTENT_NOT_SET) {
        call.fail(Validation.invalid("message.content", "message.content: exactly one kind is required"));
      } else {
        call.append(
            request.getConversationId(), request.getClientMessageId(), Append.newBuilder().setMessage(message),
            response -> call.reply(response(response.getAppended())));
      }
    });
  }

  private static SendMessageResponse response(Appended appended) {
    return SendMessageResponse.newBuilder()
        .setSeq(appended.getSeq())
        .setStampMicros(appended.getStampMicros())
        .setGeneration(appended.getGeneration())
        .build();
  }
}
