package chasqui.mailbox.store.embedded;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Properties;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ChecksumType;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBufferManager;

/// RocksDB's options. Owns the native objects behind them; close it after the database.
final class Tuning implements AutoCloseable {
  private static final long MIB = 1 << 20;
  private static final int BLOOM_BITS_PER_KEY = 10;
  /// The newest that RocksDB 11 writes by default; checksums cover the place of a block too.
  private static final int TABLE_FORMAT = 6;

  private final Deque<AutoCloseable> owned = new ArrayDeque<>();
  private final EmbeddedStoreConfig.Memory memory;
  private final LRUCache cache;

  Tuning(EmbeddedStoreConfig.Memory memory) {
    this.memory = memory;
    this.cache = own(new LRUCache(memory.cacheBytes()));
  }

  DBOptions database(BackgroundErrors errors) {
    Properties onlyByName = new Properties();
    onlyByName.setProperty("track_and_verify_wals_in_manifest", "true");
    return own(DBOptions.getDBOptionsFromProps(onlyByName))
        .setCreateIfMissing(true)
        .setCreateMissingColumnFamilies(true)
        .setParanoidChecks(true)
        // What the log lost in the middle was acked: refuse to open rather than go on without it.
        .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
        .setMaxBgErrorResumeCount(0)
        .setListeners(List.of(own(errors)))
        .setMaxTotalWalSize(memory.walBytesMax())
        .setWriteBufferManager(own(new WriteBufferManager(memory.writeBufferBytes(), cache)))
        .setMaxOpenFiles(memory.openFilesMax())
        // One flush and one compaction.
        .setMaxBackgroundJobs(2)
        .setBytesPerSync(MIB)
        // Tried: no faster with it, and the free space would seem smaller than it is.
        .setAllowFAllocate(false)
        .setStatsDumpPeriodSec(0)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setMaxLogFileSize(4 * MIB)
        .setKeepLogFileNum(4);
  }

  ColumnFamilyOptions column(Column column) {
    ColumnFamilyOptions options =
        own(new ColumnFamilyOptions())
            .setTableFormatConfig(table())
            .setWriteBufferSize(memory.writeBufferBytes() / 4)
            // These bound what one compaction needs on a nearly full disk: about twice the write buffers. One runs at a
            // time, so with a flush it stays within the default reserve.
            .setMaxBytesForLevelBase(memory.writeBufferBytes())
            .setTargetFileSizeBase(memory.writeBufferBytes() / 4)
            .setMaxCompactionBytes(2 * memory.writeBufferBytes())
            .setCompressionType(CompressionType.LZ4_COMPRESSION)
            .setBottommostCompressionType(CompressionType.ZSTD_COMPRESSION);
    return switch (column) {
      // A larger (generation, acked) is a larger value byte by byte, so the merge needs no read.
      case CURSOR, WATERMARK -> options.setMergeOperatorName("max");
      // Mostly asked for what is not there.
      case ID, COUNTER -> options.setMemtablePrefixBloomSizeRatio(0.05).setMemtableWholeKeyFiltering(true);
      case DATA_SET, LOG, CHANGE, CONVERSATION, MEMBERSHIP, JOINED, MARK, LASTING_MARK, USER -> options;
    };
  }

  private BlockBasedTableConfig table() {
    return new BlockBasedTableConfig()
        .setBlockCache(cache)
        .setCacheIndexAndFilterBlocks(true)
        .setCacheIndexAndFilterBlocksWithHighPriority(true)
        .setPinL0FilterAndIndexBlocksInCache(true)
        .setFilterPolicy(own(new BloomFilter(BLOOM_BITS_PER_KEY)))
        .setWholeKeyFiltering(true)
        .setChecksumType(ChecksumType.kXXH3)
        .setFormatVersion(TABLE_FORMAT)
        .setBlockSize(16 << 10);
  }

  private <T extends AutoCloseable> T own(T resource) {
    owned.push(resource);
    return resource;
  }

  /// The youngest first: options before what they refer to.
  @Override
  public void close() {
    while (!owned.isEmpty()) {
      try {
        owned.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException("a native option did not close", e);
      }
    }
  }
}
