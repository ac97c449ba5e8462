package chasqui.testkit.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/// Carries one direction of a connection: one thread reads and says when each chunk is due, another writes it then. At
/// most [#CHUNKS_MAX] chunks of [#CHUNK_BYTES] are under way; when they are, nothing more is read.
final class Pump {
  static final int CHUNK_BYTES = 4 * 1024;
  static final int CHUNKS_MAX = 64;

  /// An empty chunk is the end of the stream.
  private record Chunk(byte[] bytes, long dueNanos) {}

  private static final Chunk END = new Chunk(new byte[0], 0);

  private final Direction direction;
  private final ProxyConnection connection;
  private final Sky sky;
  private final RandomGenerator random;
  private final ArrayBlockingQueue<Chunk> underWay = new ArrayBlockingQueue<>(CHUNKS_MAX);
  private final AtomicLong read = new AtomicLong();
  private final AtomicLong written = new AtomicLong();

  Pump(Direction direction, ProxyConnection connection, Sky sky, RandomGenerator random) {
    this.direction = direction;
    this.connection = connection;
    this.sky = sky;
    this.random = random;
  }

  long writtenBytes() {
    return written.get();
  }

  long underWayBytes() {
    return read.get() - written.get();
  }

  /// Reads until the end of the stream.
  void read(InputStream in) throws IOException, InterruptedException {
    byte[] buffer = new byte[CHUNK_BYTES];
    long dueNanos = System.nanoTime();
    while (sky.awaitFlow(direction)) {
      int count = in.read(buffer);
      dueNanos = Math.max(dueNanos, System.nanoTime() + delayNanos());
      if (count < 0) {
        long closeNanos = sky.weather().closeDelay().toNanos();
        underWay.put(new Chunk(new byte[0], Math.max(dueNanos, System.nanoTime() + closeNanos)));
        return;
      }
      read.addAndGet(count);
      underWay.put(new Chunk(Arrays.copyOf(buffer, count), dueNanos));
    }
  }

  private long delayNanos() {
    Weather weather = sky.weather();
    long jitterNanos = weather.jitter().toNanos();
    return weather.latency().toNanos() + (jitterNanos > 0 ? random.nextLong(jitterNanos + 1) : 0);
  }

  /// Writes until the end of the stream; false if the connection ended before.
  boolean write(OutputStream out) throws IOException, InterruptedException {
    long freeNanos = System.nanoTime();
    while (true) {
      Chunk chunk = underWay.take();
      if (!sky.awaitTime(chunk.dueNanos()) || !sky.awaitFlow(direction)) {
        return false;
      }
      if (chunk.bytes().length == 0) {
        return true;
      }
      freeNanos = Math.max(freeNanos, System.nanoTime()) + costNanos(chunk.bytes().length);
      if (!sky.awaitTime(freeNanos)) {
        return false;
      }
      int allowed = connection.allowed(chunk.bytes().length);
      out.write(chunk.bytes(), 0, allowed);
      out.flush();
      written.addAndGet(allowed);
      if (allowed < chunk.bytes().length) {
        connection.reset();
        return false;
      }
    }
  }

  /// The connection ended: a writer that waits for something to write must notice.
  void wake() {
    underWay.offer(END);
  }

  /// Nothing is written any more: a reader that waits for room must notice.
  void abandon() {
    underWay.clear();
  }

  private long costNanos(int bytes) {
    long bytesPerSecond = sky.weather().bytesPerSecond();
    return bytesPerSecond == 0 ? 0 : bytes * 1_000_000_000L / bytesPerSecond;
  }
}
