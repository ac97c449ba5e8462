package chasqui.mailbox.store.embedded;

import chasqui.mailbox.store.PageToken;
import chasqui.mailbox.store.UserStore.Page;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// Lists what a user joined, by the stamp of the first joining. Every joining has a row; those of a later interval are
/// passed over here, so that a commit need not look whether its members have been there before.
final class JoinedReader {
  private JoinedReader() {}

  static Page page(Database database, String userId, byte[] last, int size) throws RocksDBException {
    Key key = new Key();
    byte[] prefix = key.joined(userId).toBytes();
    byte[] start = last.length == 0 ? prefix : key.then(last).next().toBytes();
    List<byte[]> found = new ArrayList<>();
    try (RocksIterator joined = database.iterate(Column.JOINED);
        RocksIterator intervals = database.iterate(Column.MEMBERSHIP)) {
      joined.seek(start);
      while (found.size() <= size && joined.isValid() && Key.startsWith(joined.key(), prefix)) {
        byte[] at = joined.key();
        byte[] part = Arrays.copyOfRange(at, prefix.length, at.length);
        long joinSeq = ByteBuffer.wrap(joined.value()).getLong();
        if (firstJoinSeq(intervals, key, conversationId(part), userId) == joinSeq) {
          found.add(part);
        }
        joined.next();
      }
      joined.status();
      intervals.status();
    }
    return PageToken.page(found, size, JoinedReader::conversationId);
  }

  private static long firstJoinSeq(RocksIterator intervals, Key key, String conversationId, String userId) {
    byte[] prefix = key.memberships(conversationId, userId).toBytes();
    intervals.seek(prefix);
    byte[] at = intervals.isValid() ? intervals.key() : null;
    return at != null && Key.startsWith(at, prefix) ? ByteBuffer.wrap(at).getLong(prefix.length) : 0;
  }

  /// What follows the stamp.
  private static String conversationId(byte[] part) {
    return new String(part, Long.BYTES, part.length - Long.BYTES, StandardCharsets.UTF_8);
  }
}
