package chasqui.edge.server;

import chasqui.edge.v1.ServerFrame;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Encodes a frame that is written to many streams one after the other once, not once a stream: an entry of a large group
/// goes to thousands of sessions of a loop as the same frame (see `chasqui.edge.session.Push`).
///
/// A frame that is written to one stream alone costs what it always did. Each thread remembers the last frame that it
/// wrote, and nothing else. Thread-safe.
final class EncodedOnce implements Marshaller<ServerFrame> {

  private static final class Last {
    private ServerFrame frame;
    // Null until the frame is written a second time.
    private byte[] encoded;
  }

  private final Marshaller<ServerFrame> inner;
  private final ThreadLocal<Last> last = ThreadLocal.withInitial(Last::new);

  EncodedOnce(Marshaller<ServerFrame> inner) {
    this.inner = inner;
  }

  @Override
  public InputStream stream(ServerFrame frame) {
    Last mine = last.get();
    if (mine.frame != frame) {
      mine.frame = frame;
      mine.encoded = null;
      return inner.stream(frame);
    }
    if (mine.encoded == null) {
      mine.encoded = frame.toByteArray();
    }
    return new Encoded(mine.encoded);
  }

  @Override
  public ServerFrame parse(InputStream stream) {
    return inner.parse(stream);
  }

  /// The bytes, without a copy on their way to gRPC's buffers.
  private static final class Encoded extends ByteArrayInputStream implements KnownLength, Drainable {

    Encoded(byte[] bytes) {
      super(bytes);
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
      int length = count - pos;
      target.write(buf, pos, length);
      pos = count;
      return length;
    }
  }
}
