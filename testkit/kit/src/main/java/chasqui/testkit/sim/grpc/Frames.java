package chasqui.testkit.sim.grpc;

import io.grpc.InternalMetadata;
import io.grpc.KnownLength;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;

/// What a call sends over its connection, and its bytes.
final class Frames {
  sealed interface Frame {}

  /// The client's first frame.
  record Open(String method, Metadata headers) implements Frame {}

  record Headers(Metadata headers) implements Frame {}

  record Message(byte[] bytes) implements Frame {}

  record HalfClose() implements Frame {}

  /// The server's last frame.
  record Trailers(Status status, Metadata trailers) implements Frame {}

  private interface Write {
    void to(DataOutputStream out) throws IOException;
  }

  private Frames() {}

  static byte[] encode(Frame frame) {
    return switch (frame) {
      case Open(String method, Metadata headers) -> bytes('O', out -> {
        out.writeUTF(method);
        write(headers, out);
      });
      case Headers(Metadata headers) -> bytes('H', out -> write(headers, out));
      case Message(byte[] message) -> {
        byte[] bytes = new byte[1 + message.length];
        bytes[0] = 'M';
        System.arraycopy(message, 0, bytes, 1, message.length);
        yield bytes;
      }
      case HalfClose() -> bytes('E', _ -> {});
      case Trailers(Status status, Metadata trailers) -> bytes('T', out -> {
        out.writeInt(status.getCode().value());
        out.writeUTF(status.getDescription() == null ? "" : status.getDescription());
        write(trailers, out);
      });
    };
  }

  static Frame decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      char kind = (char) in.readByte();
      return switch (kind) {
        case 'O' -> new Open(in.readUTF(), readMetadata(in));
        case 'H' -> new Headers(readMetadata(in));
        case 'M' -> new Message(Arrays.copyOfRange(bytes, 1, bytes.length));
        case 'E' -> new HalfClose();
        case 'T' -> new Trailers(readStatus(in), readMetadata(in));
        default -> throw new IllegalArgumentException("no frame begins with " + kind);
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Status readStatus(DataInputStream in) throws IOException {
    Status status = Status.fromCodeValue(in.readInt());
    String description = in.readUTF();
    return description.isEmpty() ? status : status.withDescription(description);
  }

  private static byte[] bytes(char kind, Write write) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(kind);
      write.to(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(Metadata metadata, DataOutputStream out) throws IOException {
    byte[][] parts = InternalMetadata.serialize(metadata);
    out.writeInt(parts.length);
    for (byte[] part : parts) {
      out.writeInt(part.length);
      out.write(part);
    }
  }

  private static Metadata readMetadata(DataInputStream in) throws IOException {
    byte[][] parts = new byte[in.readInt()][];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = in.readNBytes(in.readInt());
    }
    return InternalMetadata.newMetadata(parts);
  }

  static <T> Message message(Marshaller<T> marshaller, T value) {
    try (InputStream stream = marshaller.stream(value)) {
      return new Message(stream instanceof KnownLength ? stream.readNBytes(stream.available()) : stream.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static <T> T value(Marshaller<T> marshaller, Message message) {
    return marshaller.parse(new Whole(message.bytes()));
  }

  /// A message that was not compressed, as a transport gives it.
  private static final class Whole extends ByteArrayInputStream implements KnownLength {
    Whole(byte[] message) {
      super(message);
    }
  }
}
