package chasqui.mailbox.store.portable;

import chasqui.store.v1.DataSetRow;
import chasqui.store.v1.ExportChunk;
import chasqui.store.v1.ExportCount;
import chasqui.store.v1.ExportFrame;
import chasqui.store.v1.ExportHeader;
import chasqui.store.v1.ExportTrailer;
import chasqui.store.v1.ExportedRow;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/// Writes an export: gathers rows to chunks, counts them, sums them up.
final class ExportWriter {
  private static final int CHUNK_BYTES = 256 << 10;
  private static final int CHUNK_ROWS = 4_096;

  private final FileChannel file;
  private final MessageDigest digest = ExportFormat.digest();
  private final TreeMap<Integer, Long> counts = new TreeMap<>();
  private ExportChunk.Builder chunk = ExportChunk.newBuilder();
  private int chunkBytes;
  private long chunks;
  private long rows;

  ExportWriter(FileChannel file, DataSetRow dataSet) throws IOException {
    this.file = file;
    put(ByteBuffer.wrap(ExportFormat.magic()));
    write(ExportFrame.newBuilder()
        .setHeader(ExportHeader.newBuilder().setFormatVersion(ExportFormat.VERSION).setDataSet(dataSet)).build());
  }

  void add(ExportedRow row) throws IOException {
    counts.merge(row.getRowCase().getNumber(), 1L, Long::sum);
    rows++;
    chunk.addRows(row);
    chunkBytes += row.getSerializedSize();
    if (chunkBytes >= CHUNK_BYTES || chunk.getRowsCount() >= CHUNK_ROWS) {
      endChunk();
    }
  }

  long rows() {
    return rows;
  }

  /// Ends the export; it is durable when this returns.
  void finish() throws IOException {
    if (chunk.getRowsCount() > 0) {
      endChunk();
    }
    ExportTrailer.Builder trailer = ExportTrailer.newBuilder().setChunks(chunks);
    counts.forEach((kind, count) -> trailer.addCounts(ExportCount.newBuilder().setKind(kind).setRows(count)));
    trailer.setSha256(ByteString.copyFrom(digest.digest()));
    write(ExportFrame.newBuilder().setTrailer(trailer).build());
    file.force(true);
  }

  private void endChunk() throws IOException {
    write(ExportFrame.newBuilder().setChunk(chunk.setNumber(++chunks)).build());
    chunk = ExportChunk.newBuilder();
    chunkBytes = 0;
  }

  private void write(ExportFrame frame) throws IOException {
    byte[] body = frame.toByteArray();
    CRC32C sum = new CRC32C();
    sum.update(body);
    ByteBuffer bytes = ByteBuffer.allocate(ExportFormat.FRAME_HEAD_BYTES + body.length);
    bytes.putInt(body.length).putInt((int) sum.getValue()).put(body);
    put(bytes.flip());
  }

  private void put(ByteBuffer bytes) throws IOException {
    digest.update(bytes.duplicate());
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }
}
