package chasqui.mailbox.store.embedded;

import chasqui.mailbox.store.PageToken;
import chasqui.mailbox.store.UserStore.Page;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/// Reads the conversations marked for a user on any of some days, each once, by id. The days are walked side by side: one
/// after the other, a conversation that moves every day would be given every time.
final class MarkReader implements AutoCloseable {
  private final Database database;
  private final String userId;
  private final Key key = new Key();
  /// One for each day that holds marks of anybody; marks live for 40 days, which bounds them.
  private final List<Day> days = new ArrayList<>();

  MarkReader(Database database, String userId) {
    this.database = database;
    this.userId = userId;
  }

  Page page(int fromDay, int toDay, byte[] last, int size) throws RocksDBException {
    openDays(fromDay, toDay, last);
    List<byte[]> found = new ArrayList<>();
    for (byte[] next = smallest(); next != null && found.size() <= size; next = smallest()) {
      found.add(next);
      for (Day day : days) {
        day.pass(next);
      }
    }
    for (Day day : days) {
      day.marks.status();
    }
    return PageToken.page(found, size, id -> new String(id, StandardCharsets.UTF_8));
  }

  private void openDays(int fromDay, int toDay, byte[] last) throws RocksDBException {
    try (RocksIterator finder = database.iterate(Column.MARK)) {
      for (long day = fromDay; day <= toDay; day++) {
        finder.seek(key.marks((int) day).toBytes());
        if (!finder.isValid()) {
          break;
        }
        day = Key.dayOfMarkKey(finder.key());
        if (day <= toDay) {
          byte[] prefix = key.marks((int) day, userId).toBytes();
          byte[] start = last.length == 0 ? prefix : key.then(last).next().toBytes();
          days.add(new Day(database.iterate(Column.MARK), prefix, start));
        }
      }
      finder.status();
    }
  }

  private byte[] smallest() {
    byte[] smallest = null;
    for (Day day : days) {
      if (day.head != null && (smallest == null || Arrays.compareUnsigned(day.head, smallest) < 0)) {
        smallest = day.head;
      }
    }
    return smallest;
  }

  @Override
  public void close() {
    days.forEach(day -> day.marks.close());
  }

  /// The marks of the user on one day; `head` is the conversation it stands on, or null at the end.
  private static final class Day {
    private final RocksIterator marks;
    private final byte[] prefix;
    private byte[] head;

    Day(RocksIterator marks, byte[] prefix, byte[] start) {
      this.marks = marks;
      this.prefix = prefix;
      marks.seek(start);
      look();
    }

    void pass(byte[] conversation) {
      if (Arrays.equals(head, conversation)) {
        marks.next();
        look();
      }
    }

    private void look() {
      byte[] at = marks.isValid() ? marks.key() : null;
      head = at != null && Key.startsWith(at, prefix) ? Arrays.copyOfRange(at, prefix.length, at.length) : null;
    }
  }
}
