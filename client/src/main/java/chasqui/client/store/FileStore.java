package chasqui.client.store;

import chasqui.client.session.DurableState;
import chasqui.client.session.StoreRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The durable state in one append-only file.
///
/// Records that arrive while a write is under way are written together, and fsynced once if any of them asks for it.
/// What waits in memory is bounded by the outbox and by one position per conversation. After a failed write or fsync nothing more is written: what the
/// kernel still holds of it is unknown.
public final class FileStore implements ClientStore {
  private static final Logger LOG = LoggerFactory.getLogger(FileStore.class);
  private static final long COMPACT_BYTES_MIN = 4L << 20;
  private static final int COMPACT_FACTOR = 4;

  private record Waiting(long number, StoreRecord record, boolean sync, Watcher watcher) {}

  private final Path folder;
  private final Executor executor;
  private final FolderLock lock;
  private final LiveState live = new LiveState();
  private final DurableState restored;

  /// Guards what waits; the file itself is touched only by the one drain that runs.
  private final Object monitor = new Object();

  private List<Waiting> waiting = new ArrayList<>();
  private boolean draining;
  private boolean closed;
  private boolean failed;

  private FileChannel file;
  private long bytes;
  private long compactedBytes;

  /// Opens a folder, which is made if it is absent.
  ///
  /// @param executor for writing; each task may block
  /// @throws DataFolderInUseException if another client has it open
  public FileStore(Path folder, Executor executor) {
    this.folder = folder;
    this.executor = executor;
    this.lock = FolderLock.take(folder);
    try {
      load();
      compact();
    } catch (IOException e) {
      lock.release();
      throw new UncheckedIOException("cannot open the client's data folder " + folder, e);
    } catch (RuntimeException e) {
      lock.release();
      throw e;
    }
    this.restored = live.snapshot();
  }

  @Override
  public DurableState restored() {
    return restored;
  }

  private void load() throws IOException {
    var path = folder.resolve("state.log");
    if (!Files.exists(path)) {
      return;
    }
    var content = ByteBuffer.wrap(Files.readAllBytes(path));
    var magic = new byte[Math.min(RecordFile.MAGIC.length, content.remaining())];
    content.get(magic);
    if (magic.length == RecordFile.MAGIC.length && !java.util.Arrays.equals(magic, RecordFile.MAGIC)) {
      throw new StoreVersionException(path + " is not a client state file that this version can read");
    }
    RecordFile.replay(content, live);
    if (content.hasRemaining()) {
      LOG.warn("{} bytes at the end of {} are damaged; they are kept aside", content.remaining(), path);
      Files.copy(path, folder.resolve("state.log.damaged"), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Override
  public void append(long number, StoreRecord record, boolean sync, Watcher watcher) {
    boolean begin;
    synchronized (monitor) {
      if (closed || failed) {
        return;
      }
      waiting.add(new Waiting(number, record, sync, watcher));
      begin = !draining;
      draining = true;
    }
    if (begin) {
      executor.execute(this::drain);
    }
  }

  private void drain() {
    while (true) {
      List<Waiting> batch;
      synchronized (monitor) {
        if (waiting.isEmpty()) {
          draining = false;
          monitor.notifyAll();
          return;
        }
        batch = waiting;
        waiting = new ArrayList<>();
      }
      boolean sync = batch.stream().anyMatch(Waiting::sync);
      try {
        write(batch, sync);
      } catch (IOException | RuntimeException e) {
        fail(batch, e);
        return;
      }
      if (sync) {
        batch.getLast().watcher.durable(batch.getLast().number);
      }
    }
  }

  private void fail(List<Waiting> batch, Exception cause) {
    LOG.error("cannot write the client's state in {}", folder, cause);
    synchronized (monitor) {
      failed = true;
      draining = false;
      waiting = new ArrayList<>();
      monitor.notifyAll();
    }
    batch.getLast().watcher.failed("cannot write the client's state in " + folder + ": " + cause);
  }

  private void write(List<Waiting> batch, boolean sync) throws IOException {
    for (var each : batch) {
      live.apply(each.record);
      bytes += writeFully(file, RecordFile.encode(each.record));
    }
    if (sync) {
      file.force(false);
    }
    if (bytes > COMPACT_BYTES_MIN && bytes > COMPACT_FACTOR * compactedBytes) {
      compact();
    }
  }

  /// Writes what is alive into a new file and puts it in the place of the old one.
  private void compact() throws IOException {
    var path = folder.resolve("state.log");
    var fresh = folder.resolve("state.log.new");
    var channel = FileChannel.open(fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE);
    long size = writeFully(channel, ByteBuffer.wrap(RecordFile.MAGIC));
    size += writeFully(channel, RecordFile.encodeCounter(live.counter()));
    for (var record : live.records()) {
      size += writeFully(channel, RecordFile.encode(record));
    }
    channel.force(true);
    Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (var directory = FileChannel.open(folder, StandardOpenOption.READ)) {
      directory.force(true);
    }
    if (file != null) {
      file.close();
    }
    file = channel;
    bytes = size;
    compactedBytes = size;
  }

  private static long writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    long size = buffer.remaining();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    return size;
  }

  @Override
  public void close() {
    List<Waiting> rest;
    synchronized (monitor) {
      if (closed) {
        return;
      }
      closed = true;
      boolean interrupted = false;
      while (draining) {
        try {
          monitor.wait();
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      rest = failed ? List.of() : waiting;
    }
    try {
      if (!failed) {
        write(rest, true);
      }
      file.close();
    } catch (IOException e) {
      LOG.error("cannot write the client's last state in {}", folder, e);
    } finally {
      lock.release();
    }
  }
}
