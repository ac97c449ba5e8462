package chasqui.envoy;

import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.EdgeServiceGrpc;
import chasqui.edge.v1.Hello;
import chasqui.edge.v1.Send;
import chasqui.edge.v1.ServerFrame;
import chasqui.log.v1.Message;
import chasqui.log.v1.TextContent;
import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.ByteBuffer;

/// A device that says much and takes no answer.
final class DeafDevice implements AutoCloseable {

  private final ManagedChannel channel;
  private final ClientCall<ClientFrame, ServerFrame> call;
  private volatile Status end;
  private long counter;
  private long sentBytes;

  DeafDevice(Front front, String token) {
    channel = EchoEdge.channel(front);
    call = channel.newCall(EdgeServiceGrpc.getConnectMethod(), CallOptions.DEFAULT);
    call.start(new ClientCall.Listener<>() {
      @Override
      public void onClose(Status status, Metadata trailers) {
        end = status;
      }
    }, new Metadata());
    // No message is ever asked for.
    call.sendMessage(ClientFrame.newBuilder()
        .setHello(Hello.newBuilder().setProtocolVersion(1).setToken(token).setDeviceId("deaf").setConnectNumber(1)).build());
  }

  /// Sends, if nobody holds it back: short texts, to be answered as often as can be, then longer ones, to fill what there is.
  ///
  /// @return whether it was sent
  boolean say(String conversation) {
    if (!call.isReady() || end != null) {
      return false;
    }
    counter++;
    String text = "x".repeat(counter < 3_000 ? 1 : 4_000);
    ClientFrame frame = ClientFrame.newBuilder()
        .setSend(Send.newBuilder().setConversationId(conversation)
            .setClientMessageId(ByteString.copyFrom(ByteBuffer.allocate(20).putLong(counter).flip().limit(20)))
            .setMessage(Message.newBuilder().setText(TextContent.newBuilder().setText(text))))
        .build();
    sentBytes += frame.getSerializedSize();
    call.sendMessage(frame);
    return true;
  }

  long sentBytes() {
    return sentBytes;
  }

  /// How its stream ended, or null.
  Status end() {
    return end;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
