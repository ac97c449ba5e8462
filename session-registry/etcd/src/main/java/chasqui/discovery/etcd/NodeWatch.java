package chasqui.discovery.etcd;

import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch.Watcher;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the node records: reads all, watches from there on, and reads all again every few seconds.
///
/// The reading is what can be relied on. A watch alone would never learn that etcd was emptied (it waits for a revision
/// that is far ahead), nor that its member of etcd hangs; it ends when the revisions it needs are compacted. Each time
/// the records turn out to be other than the watch told, it is begun anew, from what was read.
///
/// All on the membership's thread.
final class NodeWatch implements AutoCloseable {

  /// Told of what etcd has. On the membership's thread.
  interface Listener {
    /// All records there are; true where that is something else than was told so far.
    boolean all(List<Stored> records);

    /// A record was written.
    void written(Stored record);

    /// A record is gone.
    void deleted(String nodeId);
  }

  static final Duration READ_EVERY = Duration.ofSeconds(5);
  static final Duration READ_RETRY = Duration.ofSeconds(1);

  // Changes that wait for the thread; each is a few records.
  private static final int UNHEARD_MAX = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(NodeWatch.class);

  private final Etcd etcd;
  private final MembershipThread thread;
  private final Listener listener;
  private final AtomicInteger unheard = new AtomicInteger();
  private Watcher watcher;
  // Raised with each watch, so that what an ended one still says is known as such.
  private int watching;
  private long cluster;
  private long revision;
  private boolean reading;
  private boolean readAgain;
  // Raised with each reading that is planned: only the last plan holds.
  private int plan;
  private volatile boolean reachable;
  private volatile boolean closed;

  NodeWatch(Etcd etcd, MembershipThread thread, Listener listener) {
    this.etcd = etcd;
    this.thread = thread;
    this.listener = listener;
  }

  /// Whether the last reading succeeded. Any thread.
  boolean isReachable() {
    return reachable;
  }

  /// Reads all now, or as soon as the reading under way is over.
  void read() {
    if (reading || closed) {
      readAgain = reading;
      return;
    }
    reading = true;
    etcd.kv().get(etcd.allNodes(), GetOption.builder().isPrefix(true).build())
        .whenComplete((read, failure) -> thread.run(() -> done(read, failure)));
  }

  private void done(GetResponse read, Throwable failure) {
    reading = false;
    if (closed) {
      return;
    }
    if (failure == null) {
      if (!reachable) {
        LOG.info("etcd is read: {} node records", read.getCount());
      }
      reachable = true;
      take(read);
    } else {
      if (reachable) {
        LOG.warn("etcd cannot be read; the last view holds: {}", Etcd.brief(failure));
      }
      reachable = false;
    }
    readAfter(failure != null || readAgain ? READ_RETRY : READ_EVERY);
    readAgain = false;
  }

  private void readAfter(Duration delay) {
    int planned = ++plan;
    thread.after(delay, () -> {
      if (planned == plan) {
        read();
      }
    });
  }

  private void take(GetResponse read) {
    boolean otherHistory = read.getHeader().getClusterId() != cluster || read.getHeader().getRevision() < revision;
    if (otherHistory && watcher != null) {
      LOG.warn("etcd has another history than before: {} node records at revision {}", read.getCount(), read.getHeader().getRevision());
    }
    cluster = read.getHeader().getClusterId();
    revision = read.getHeader().getRevision();
    boolean untold = listener.all(read.getKvs().stream().map(this::stored).flatMap(Optional::stream).toList());
    if (watcher == null || otherHistory || untold) {
      watch();
    }
  }

  private void watch() {
    endWatch();
    int number = watching;
    WatchOption option = WatchOption.builder().isPrefix(true).withRevision(revision + 1).withRequireLeader(true).build();
    watcher = etcd.watches().watch(
        etcd.allNodes(),
        option,
        told -> hear(number, told),
        failure -> thread.run(() -> broken(number, Etcd.brief(failure))),
        () -> thread.run(() -> broken(number, "ended")));
  }

  private void endWatch() {
    watching++;
    if (watcher != null) {
      watcher.close();
      watcher = null;
    }
  }

  // On etcd's client's threads.
  private void hear(int number, WatchResponse told) {
    if (unheard.incrementAndGet() > UNHEARD_MAX) {
      // What is lost here, the next reading shows.
      unheard.decrementAndGet();
      return;
    }
    thread.run(() -> {
      unheard.decrementAndGet();
      told(number, told);
    });
  }

  private void told(int number, WatchResponse told) {
    if (number != watching) {
      return;
    }
    for (WatchEvent event : told.getEvents()) {
      KeyValue change = event.getKeyValue();
      if (change.getModRevision() <= revision) {
        continue;
      }
      switch (event.getEventType()) {
        case PUT -> stored(change).ifPresentOrElse(
            listener::written, () -> listener.deleted(etcd.nodeId(change.getKey())));
        case DELETE -> listener.deleted(etcd.nodeId(change.getKey()));
        case UNRECOGNIZED -> LOG.warn("etcd told of a change of an unknown kind");
      }
    }
  }

  private void broken(int number, String why) {
    if (number != watching) {
      return;
    }
    LOG.info("the watch of node records is begun again: {}", why);
    endWatch();
    // At once after a compaction; while etcd is gone, with the pause between readings.
    if (reachable) {
      read();
    }
  }

  private Optional<Stored> stored(KeyValue value) {
    return NodeCodec.decode(value.getValue().getBytes())
        .filter(record -> record.nodeId().equals(etcd.nodeId(value.getKey())))
        .map(record -> new Stored(record, value.getLease()));
  }

  @Override
  public void close() {
    closed = true;
    endWatch();
  }
}
