package chasqui.mailbox.store.embedded;

import chasqui.discovery.CrashPoints;
import chasqui.mailbox.store.ConversationStore;
import chasqui.mailbox.store.CursorStore;
import chasqui.mailbox.store.FatalHandler;
import chasqui.mailbox.store.Journal;
import chasqui.mailbox.store.MailboxStore;
import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.UserStore;
import chasqui.mailbox.store.WatermarkStore;
import chasqui.store.v1.DataSetRow;
import io.opentelemetry.api.metrics.Meter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A mailbox store in a folder of this machine.
///
/// Commits and saves complete on the store's committer thread, long reads on its reader threads, point reads before they
/// return.
public final class EmbeddedStore implements MailboxStore {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedStore.class);

  private final Opening.Opened opened;
  private final DatabaseAccess access;
  private final PendingWrites pending;
  private final Committer committer;
  private final ReadPool reads;
  private final MarkExpiry expiry;
  private final Upkeep upkeep;
  private final StoreMetrics metrics;
  private final Saves saves;
  private final Thread committerThread;
  private final Thread upkeepThread;
  private final AtomicLong checkpoints = new AtomicLong();
  private boolean closed;

  private EmbeddedStore(EmbeddedStoreConfig config, Surroundings surroundings, Health health, Opening.Opened opened) {
    this.opened = opened;
    access = new DatabaseAccess(opened.database(), health);
    pending = new PendingWrites(config.stripes(), config.queues().savesWaitingMax());
    saves = new Saves(pending);
    reads = new ReadPool(access, config.queues());
    expiry = new MarkExpiry(surroundings.clock(), saves, access);
    upkeep = new Upkeep(expiry::pass);
    metrics = new StoreMetrics(surroundings.meter());
    SpaceGuard space = new SpaceGuard(surroundings.usableBytes(), config.spaceReserveBytes());
    Reopening reopening = new Reopening(access, space, health, opened.opener());
    committer = new Committer(pending, access, space, reopening, health, metrics, surroundings.points());
    committerThread = Thread.ofPlatform().daemon().name("store-commit").unstarted(committer);
    upkeepThread = Thread.ofPlatform().daemon().name("store-upkeep").unstarted(upkeep);
    observe(space, health);
  }

  /// Opens the data set, or creates it.
  ///
  /// @param secureRandom gives the secret key of derived conversation ids
  /// @param fatal told once if the store must not be trusted any more; must not close the store
  public static EmbeddedStore open(
      EmbeddedStoreConfig config,
      InstantSource clock,
      RandomGenerator secureRandom,
      Meter meter,
      FatalHandler fatal,
      CrashPoints points)
      throws StoreOpenException {
    return open(
        config,
        new Surroundings(clock, secureRandom, meter, fatal, points, config.dataFolder().toFile()::getUsableSpace));
  }

  static EmbeddedStore open(EmbeddedStoreConfig config, Surroundings surroundings) throws StoreOpenException {
    if (!config.syncWrites()) {
      log.warn("WRITES ARE NOT SYNCED: what is acknowledged is lost with the power. This is for drills only.");
    }
    if (!config.reserveCoversWhatFollows()) {
      log.info(
          "a flush may meet a full disk: the reserve is {} bytes, three times the write buffers would be {}",
          config.spaceReserveBytes(),
          3 * config.memory().writeBufferBytes());
    }
    Health health = new Health(surroundings.fatal());
    EmbeddedStore store = new EmbeddedStore(config, surroundings, health, Opening.open(config, surroundings, health));
    store.committerThread.start();
    store.upkeepThread.start();
    return store;
  }

  private void observe(SpaceGuard space, Health health) {
    metrics.queue("store.commits", pending::commitsWaiting, pending.commitsMax());
    metrics.queue("store.saves", pending::savesWaiting, pending.savesMax());
    metrics.queue("store.reads", reads::waiting, reads.waitingMax());
    metrics.value("chasqui.store.unapplied", "{entry}", "Entries that are durable but not yet applied", () -> 0);
    metrics.value("chasqui.store.space.free", "By", "Free on the disk of the data folder", space::usableBytes);
    metrics.value("chasqui.store.space.reserve", "By", "Writes are refused while less is free", space::reserveBytes);
    metrics.value(
        "chasqui.store.writable",
        "1",
        "1 if writes are taken, 0 if they are refused",
        () -> health.hasFailed() || health.isOutOfRoom() || !space.hasRoom() ? 0 : 1);
  }

  @Override
  public DataSetRow dataSet() {
    return opened.dataSet();
  }

  @Override
  public Journal journal() {
    return new EmbeddedJournal(pending);
  }

  @Override
  public ConversationStore conversations() {
    return new EmbeddedConversationStore(reads);
  }

  @Override
  public CursorStore cursors() {
    return new EmbeddedCursorStore(reads, saves);
  }

  @Override
  public WatermarkStore watermarks() {
    return new EmbeddedWatermarkStore(reads, saves);
  }

  @Override
  public UserStore users() {
    return new EmbeddedUserStore(reads, saves, expiry);
  }

  /// Makes a folder inside the data folder, with the database as it is at some moment of the call; whoever asked deletes it. What is
  /// left of others goes with the next start. Blocks for a flush.
  public Path checkpoint() {
    Path folder = opened.folder().checkpoints().resolve(Long.toHexString(checkpoints.incrementAndGet()));
    try {
      Files.createDirectories(folder.getParent());
    } catch (IOException e) {
      throw new StoreException(StoreException.Reason.FULL, "no checkpoint can be made in " + folder.getParent() + ": " + e, e);
    }
    return access.use(database -> {
      database.checkpoint(folder);
      return folder;
    });
  }

  /// Deletes expired marks now; otherwise done once a day.
  void expireMarks() {
    expiry.pass();
  }

  /// Finishes what waits, then frees native memory in the order in which it hangs together: users of the database, the
  /// database, the lock of the folder.
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    upkeep.close();
    join(upkeepThread);
    pending.close();
    join(committerThread);
    reads.close();
    metrics.close();
    flush();
    access.takeAway();
    committer.close();
    opened.folder().close();
  }

  /// So that the next start has no log to replay. Nothing depends on it.
  private void flush() {
    try {
      access.use(
          database -> {
            database.flush();
            return null;
          });
    } catch (StoreException e) {
      log.warn("the database was closed without a flush; the next start replays its log: {}", e.getMessage());
    }
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        // Native memory must not be freed under a thread that still uses it.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
