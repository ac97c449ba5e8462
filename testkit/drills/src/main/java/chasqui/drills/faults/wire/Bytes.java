package chasqui.drills.faults.wire;

import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// Messages as they are on the wire, whatever they hold.
final class Bytes implements MethodDescriptor.Marshaller<byte[]> {

  private static final Bytes MARSHALLER = new Bytes();

  private Bytes() {}

  static MethodDescriptor<byte[], byte[]> method(String fullName, MethodDescriptor.MethodType type) {
    return MethodDescriptor.newBuilder(MARSHALLER, MARSHALLER).setFullMethodName(fullName).setType(type).build();
  }

  @Override
  public InputStream stream(byte[] value) {
    return new ByteArrayInputStream(value);
  }

  @Override
  public byte[] parse(InputStream stream) {
    try {
      return stream.readAllBytes();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
