package chasqui.mailbox.store.portable;

import chasqui.store.v1.ExportChunk;
import chasqui.store.v1.ExportCount;
import chasqui.store.v1.ExportFrame;
import chasqui.store.v1.ExportHeader;
import chasqui.store.v1.ExportTrailer;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/// Reads an export frame by frame, and believes nothing in it before its sum is right.
final class ExportReader implements AutoCloseable {
  private static final int BUFFER_BYTES = 256 << 10;

  private final Path path;
  private final long size;
  private final DataInputStream file;
  private final MessageDigest digest = ExportFormat.digest();
  private final ExportHeader header;
  private long chunks;
  private long bytesRead;
  private ExportTrailer trailer;

  ExportReader(Path path) throws PortableException {
    this.path = path;
    try {
      size = Files.size(path);
      file = new DataInputStream(new BufferedInputStream(Files.newInputStream(path), BUFFER_BYTES));
    } catch (IOException e) {
      throw PortableException.io(path, e);
    }
    try {
      header = begin();
    } catch (PortableException | RuntimeException e) {
      close();
      throw e;
    }
  }

  ExportHeader header() {
    return header;
  }

  /// Bytes read so far, and of the whole file.
  long bytesRead() {
    return bytesRead;
  }

  long size() {
    return size;
  }

  /// The next chunk; empty once the trailer was read and nothing follows it.
  Optional<ExportChunk> next() throws PortableException {
    ByteString sum = ByteString.copyFrom(clonedDigest());
    ExportFrame frame = frame("chunk " + (chunks + 1));
    switch (frame.getFrameCase()) {
      case CHUNK -> {
        chunks++;
        if (frame.getChunk().getNumber() != chunks) {
          throw damaged("chunk " + chunks + " calls itself " + frame.getChunk().getNumber());
        }
        return Optional.of(frame.getChunk());
      }
      case TRAILER -> {
        end(frame.getTrailer(), sum);
        return Optional.empty();
      }
      case HEADER, FRAME_NOT_SET -> throw damaged("a frame after chunk " + chunks + " is neither chunk nor trailer");
    }
    throw new IllegalStateException("no such frame");
  }

  /// What the trailer said; only after {@link #next} gave nothing.
  ExportTrailer trailer() {
    return trailer;
  }

  /// How many rows there are.
  long rows() {
    return trailer.getCountsList().stream().mapToLong(ExportCount::getRows).sum();
  }

  private ExportHeader begin() throws PortableException {
    byte[] magic = ExportFormat.magic();
    if (size < magic.length || !Arrays.equals(read(magic.length, "the beginning"), magic)) {
      throw new PortableException(path + " is not an export of Chasqui: it does not begin with 'chasqui'");
    }
    digest.update(magic);
    ExportFrame frame = frame("the header");
    int version = frame.getHeader().getFormatVersion();
    if (version > ExportFormat.VERSION) {
      throw new PortableException(path + " has the format " + version + ", this version reads up to " + ExportFormat.VERSION
          + ": it was written by a newer version");
    }
    if (frame.getFrameCase() != ExportFrame.FrameCase.HEADER || version < 1 || !frame.getHeader().hasDataSet()) {
      throw damaged("the header is none");
    }
    return frame.getHeader();
  }

  private void end(ExportTrailer read, ByteString sum) throws PortableException {
    if (read.getChunks() != chunks) {
      throw damaged("the trailer tells of " + read.getChunks() + " chunks, there are " + chunks);
    }
    if (!read.getSha256().equals(sum)) {
      throw damaged("the sum of the whole file is another than the trailer tells");
    }
    if (bytesRead != size) {
      throw damaged((size - bytesRead) + " bytes follow the trailer");
    }
    trailer = read;
  }

  private ExportFrame frame(String what) throws PortableException {
    byte[] head = read(ExportFormat.FRAME_HEAD_BYTES, what);
    int length = intAt(head, 0);
    if (length < 0 || length > ExportFormat.FRAME_BYTES_MAX) {
      throw damaged(what + " has an impossible length");
    }
    byte[] body = read(length, what);
    CRC32C sum = new CRC32C();
    sum.update(body);
    if ((int) sum.getValue() != intAt(head, Integer.BYTES)) {
      throw damaged(what + " has a wrong sum");
    }
    digest.update(head);
    digest.update(body);
    try {
      return ExportFrame.parseFrom(body);
    } catch (InvalidProtocolBufferException e) {
      throw damaged(what + " cannot be parsed");
    }
  }

  private byte[] read(int length, String what) throws PortableException {
    byte[] bytes = new byte[length];
    try {
      file.readFully(bytes);
    } catch (EOFException e) {
      throw damaged("it ends within " + what);
    } catch (IOException e) {
      throw PortableException.io(path, e);
    }
    bytesRead += length;
    return bytes;
  }

  private byte[] clonedDigest() {
    try {
      return ((MessageDigest) digest.clone()).digest();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int intAt(byte[] bytes, int offset) {
    return java.nio.ByteBuffer.wrap(bytes).getInt(offset);
  }

  private PortableException damaged(String how) {
    return new PortableException(path + " is damaged: " + how);
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
