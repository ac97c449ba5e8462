package chasqui.mailbox.store.cql;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/// How what grows for ever is cut into partitions. The bucket follows from what a reader knows, so finding it costs no read.
///
/// *Log:* 1,024 entries of at most 64 KiB and their envelope: some 70 MiB at most, and 256 KiB where messages are short.
/// *Changes:* those of 256 messages, each bounded by `MailboxConfig.Changes`; rows have no content: some 50 MiB at most.
/// *Ids:* 1,024 counters of a device; ids without a counter are spread over 1,024 buckets.
final class Buckets {
  static final int LOG_SEQS = 1_024;
  private static final int CHANGE_TARGETS = 256;
  private static final int ID_BITS = 10;

  private Buckets() {}

  static long ofLog(long seq) {
    return seq / LOG_SEQS;
  }

  /// The highest `seq` that the bucket may hold.
  static long lastOfLog(long bucket) {
    return bucket * LOG_SEQS + LOG_SEQS - 1;
  }

  static long ofChange(long target) {
    return target / CHANGE_TARGETS;
  }

  static long ofId(boolean counted, ByteBuffer id) {
    if (counted && id.remaining() >= Long.BYTES) {
      return id.getLong(id.position()) >>> ID_BITS;
    }
    CRC32 crc = new CRC32();
    crc.update(id.duplicate());
    return crc.getValue() & ((1 << ID_BITS) - 1);
  }
}
