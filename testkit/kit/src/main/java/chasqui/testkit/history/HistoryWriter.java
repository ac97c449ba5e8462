package chasqui.testkit.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Appends a history to a file, one whole line per write call and nothing buffered in the process: after a `kill -9` the
/// file holds every observation whose `accept` returned. (A power loss is not its subject: it never syncs.)
///
/// Safe for several threads. A file left with half a line by a killed writer is continued on a fresh line.
public final class HistoryWriter implements ObservationSink, AutoCloseable {
  private final FileChannel channel;
  private final ObservationLines lines = new ObservationLines();

  private HistoryWriter(FileChannel channel) {
    this.channel = channel;
  }

  public static HistoryWriter append(Path file) {
    try {
      FileChannel channel = FileChannel.open(
          file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      endHalfLine(channel);
      return new HistoryWriter(channel);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void endHalfLine(FileChannel channel) throws IOException {
    long size = channel.size();
    channel.position(size);
    if (size == 0) {
      return;
    }
    ByteBuffer last = ByteBuffer.allocate(1);
    channel.read(last, size - 1);
    if (last.get(0) != '\n') {
      channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
    }
  }

  @Override
  public synchronized void accept(Observation observation) {
    ByteBuffer line = ByteBuffer.wrap((lines.encode(observation) + "\n").getBytes(StandardCharsets.UTF_8));
    try {
      while (line.hasRemaining()) {
        channel.write(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
