package chasqui.mailbox.store.embedded;

import chasqui.mailbox.store.UserStore.Moved;
import chasqui.mailbox.store.UserStore.Span;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// Reads a user's marks newest first: days one by one, then lasting marks from one period into the next.
final class ActivityReader {
  private final Database database;
  private final String userId;
  private final List<Moved> found = new ArrayList<>();
  private final Key key = new Key();
  private int left;

  ActivityReader(Database database, String userId, int size) {
    this.database = database;
    this.userId = userId;
    this.left = size;
  }

  List<Moved> read(Span from, String afterId, int oldestDay) throws RocksDBException {
    if (from.isPeriod()) {
      periods(from.number(), afterId);
    } else {
      days(from.number(), afterId, oldestDay);
      periods(Span.periodOf(oldestDay).number(), "");
    }
    return found;
  }

  private void days(int from, String afterId, int oldestDay) throws RocksDBException {
    try (RocksIterator marks = database.iterate(Column.MARK)) {
      for (int day = from; day >= oldestDay && left > 0; day--) {
        byte[] prefix = key.marks(day, userId).toBytes();
        marks.seek(day == from && !afterId.isEmpty() ? key.then(afterId).next().toBytes() : prefix);
        List<String> ids = new ArrayList<>();
        for (; left > 0 && marks.isValid() && Key.startsWith(marks.key(), prefix); marks.next()) {
          ids.add(Key.nameAfter(marks.key(), prefix.length));
          left--;
        }
        add(Span.day(day), ids);
      }
      marks.status();
    }
  }

  private void periods(int from, String afterId) throws RocksDBException {
    try (RocksIterator marks = database.iterate(Column.LASTING_MARK)) {
      byte[] prefix = key.lastingMarks(userId).toBytes();
      key.lastingMarks(userId, from);
      marks.seek((afterId.isEmpty() ? key : key.then(afterId).next()).toBytes());
      Span span = Span.period(from);
      List<String> ids = new ArrayList<>();
      for (; left > 0 && marks.isValid() && Key.startsWith(marks.key(), prefix); marks.next()) {
        byte[] at = marks.key();
        Span next = Span.period(Key.periodOfLastingMark(at, prefix.length));
        if (!next.equals(span)) {
          add(span, ids);
          ids = new ArrayList<>();
          span = next;
        }
        ids.add(Key.nameAfter(at, prefix.length + Integer.BYTES));
        left--;
      }
      add(span, ids);
      marks.status();
    }
  }

  private void add(Span span, List<String> ids) {
    if (!ids.isEmpty()) {
      found.add(new Moved(span, ids));
    }
  }
}
