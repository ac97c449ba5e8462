package chasqui.mailbox.store.embedded;

import java.nio.file.Path;
import java.util.Objects;

/// How an embedded store is opened.
///
/// @param dataFolder created if absent; one process at a time
/// @param slots the N of slots; fixed when the data set is created
/// @param stripes journals; each has at most one batch in flight, which bounds what waits for a commit
/// @param syncWrites false acks what only the page cache has; for the drill that shows that its trace notices
/// @param spaceReserveBytes nothing is written while less than this is free on the file system
/// @param memory bounds of native memory, files and the write-ahead log
/// @param queues bounds of what waits beside the journal
public record EmbeddedStoreConfig(
    Path dataFolder,
    int slots,
    int stripes,
    boolean syncWrites,
    long spaceReserveBytes,
    Memory memory,
    Queues queues) {

  private static final long MIB = 1 << 20;

  /// Room for what may follow after the last write: a flush of all write buffers and a compaction of twice their size.
  public static final long SPACE_RESERVE_BYTES_DEFAULT = 256 * MIB;

  public static final int STRIPES_DEFAULT = 4;

  /// Native memory. All of it together stays near `cacheBytes`: write buffers, indexes and filters are charged to the cache.
  ///
  /// @param cacheBytes blocks, indexes, filters and write buffers
  /// @param writeBufferBytes the part of it that write buffers may take before they are flushed
  /// @param walBytesMax the log is at most about this long; bounds the time of a start after a crash
  /// @param openFilesMax data files held open
  public record Memory(long cacheBytes, long writeBufferBytes, long walBytesMax, int openFilesMax) {

    public static final Memory DEFAULT = new Memory(160 * MIB, 64 * MIB, 128 * MIB, 1_000);

    public Memory {
      require(writeBufferBytes >= MIB, "writeBufferBytes", writeBufferBytes, "at least 1 MiB");
      String halfForBlocks = "at least twice writeBufferBytes, so that blocks keep half";
      require(cacheBytes >= 2 * writeBufferBytes, "cacheBytes", cacheBytes, halfForBlocks);
      String flushedByBuffers = "at least writeBufferBytes, or every flush would be forced by the log";
      require(walBytesMax >= writeBufferBytes, "walBytesMax", walBytesMax, flushedByBuffers);
      require(openFilesMax >= 64, "openFilesMax", openFilesMax, "at least 64");
    }
  }

  /// What may wait; beyond it the answer is `BUSY`.
  ///
  /// @param savesWaitingMax saves of cursors, devices and users that wait for a sync
  /// @param readThreads threads for reads of many rows
  /// @param readsWaitingMax reads of many rows that wait for a thread
  public record Queues(int savesWaitingMax, int readThreads, int readsWaitingMax) {

    public static final Queues DEFAULT = new Queues(4_096, 2, 4_096);

    public Queues {
      require(savesWaitingMax >= 1, "savesWaitingMax", savesWaitingMax, "at least 1");
      require(readThreads >= 1 && readThreads <= 64, "readThreads", readThreads, "1 to 64");
      require(readsWaitingMax >= 1, "readsWaitingMax", readsWaitingMax, "at least 1");
    }
  }

  public EmbeddedStoreConfig {
    Objects.requireNonNull(dataFolder, "dataFolder");
    require(slots >= 1, "slots", slots, "at least 1");
    require(stripes >= 1 && stripes <= 256, "stripes", stripes, "1 to 256");
    require(spaceReserveBytes >= 0, "spaceReserveBytes", spaceReserveBytes, "not negative");
  }

  /// False if a flush and a compaction together may meet a full disk although writes stopped at the reserve.
  boolean reserveCoversWhatFollows() {
    return spaceReserveBytes >= 3 * memory.writeBufferBytes();
  }

  public static EmbeddedStoreConfig defaults(Path dataFolder, int slots) {
    return new EmbeddedStoreConfig(
        dataFolder, slots, STRIPES_DEFAULT, true, SPACE_RESERVE_BYTES_DEFAULT, Memory.DEFAULT, Queues.DEFAULT);
  }

  public EmbeddedStoreConfig withSyncWrites(boolean syncWrites) {
    return new EmbeddedStoreConfig(dataFolder, slots, stripes, syncWrites, spaceReserveBytes, memory, queues);
  }

  public EmbeddedStoreConfig withStripes(int stripes) {
    return new EmbeddedStoreConfig(dataFolder, slots, stripes, syncWrites, spaceReserveBytes, memory, queues);
  }

  public EmbeddedStoreConfig withSpaceReserveBytes(long spaceReserveBytes) {
    return new EmbeddedStoreConfig(dataFolder, slots, stripes, syncWrites, spaceReserveBytes, memory, queues);
  }

  public EmbeddedStoreConfig withMemory(Memory memory) {
    return new EmbeddedStoreConfig(dataFolder, slots, stripes, syncWrites, spaceReserveBytes, memory, queues);
  }

  public EmbeddedStoreConfig withQueues(Queues queues) {
    return new EmbeddedStoreConfig(dataFolder, slots, stripes, syncWrites, spaceReserveBytes, memory, queues);
  }

  private static void require(boolean holds, String name, long value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + " is " + value + ", expected " + expected);
    }
  }
}
