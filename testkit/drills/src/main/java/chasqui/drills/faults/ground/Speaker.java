package chasqui.drills.faults.ground;

import chasqui.drills.faults.wire.RawStream;
import chasqui.drills.fleet.Deadline;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Send;
import chasqui.edge.v1.SendAccepted;
import chasqui.log.v1.Message;
import chasqui.log.v1.TextContent;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/// An honest device that talks, on a raw stream. For one thread.
public final class Speaker {

  private final RawStream stream;
  private final RandomGenerator random;
  private long counter;

  /// @param stream welcomed
  public Speaker(RawStream stream, RandomGenerator random) {
    this.stream = stream;
    this.random = random;
  }

  public RawStream stream() {
    return stream;
  }

  /// The next id of this device.
  public ByteString nextId() {
    byte[] bits = new byte[12];
    random.nextBytes(bits);
    return ByteString.copyFrom(ByteBuffer.allocate(20).putLong(++counter).put(bits).flip());
  }

  /// A message as a frame.
  public static ClientFrame text(String conversation, ByteString id, String text) {
    return ClientFrame.newBuilder()
        .setSend(Send.newBuilder().setConversationId(conversation).setClientMessageId(id)
            .setMessage(Message.newBuilder().setText(TextContent.newBuilder().setText(text))))
        .build();
  }

  /// Sends without waiting.
  public ByteString say(String conversation, String text) {
    ByteString id = nextId();
    stream.send(text(conversation, id, text));
    return id;
  }

  /// Sends one message after the other until told to stop.
  ///
  /// @return how many
  public int talk(String conversation, Duration every, BooleanSupplier until) {
    int said = 0;
    while (!until.getAsBoolean()) {
      say(conversation, "spoken " + ++said);
      Deadline.await(every, until);
    }
    return said;
  }

  /// The answers to sends in a conversation so far.
  public List<SendAccepted> accepted(String conversation) {
    return stream.arrivals().stream()
        .map(arrival -> arrival.frame().getSendAccepted())
        .filter(answer -> answer.getConversationId().equals(conversation))
        .toList();
  }

  /// Waits until so many sends in a conversation were accepted; answers how many were.
  public int awaitAccepted(String conversation, int count) {
    Deadline.await(Ground.PATIENCE, () -> accepted(conversation).size() >= count);
    return accepted(conversation).size();
  }
}
