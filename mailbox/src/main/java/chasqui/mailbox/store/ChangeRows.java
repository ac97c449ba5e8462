package chasqui.mailbox.store;

import chasqui.log.fold.Changes;
import chasqui.log.v1.Entry;
import java.util.ArrayList;
import java.util.List;

/// What changed some messages: a row for each change, as {@link Changes#summary} makes it, ascending by message, then by
/// `seq`.
///
/// @param whole false if the bound cut the range off; the messages that are there have all their changes
public record ChangeRows(List<Entry> rows, boolean whole) {

  /// Gathers rows until the bound; all changes of one message, or none.
  public static final class Gathering {
    private final List<Entry> rows = new ArrayList<>();
    private final int rowsMax;
    private final boolean newestFirst;
    private boolean whole = true;

    /// @param newestFirst true if rows come in descending order
    public Gathering(int rowsMax, boolean newestFirst) {
      this.rowsMax = rowsMax;
      this.newestFirst = newestFirst;
    }

    /// False if the row is one too many: then there is no need for more.
    public boolean add(Entry row) {
      if (rows.size() >= rowsMax && Changes.targetOf(rows.getLast()) != Changes.targetOf(row)) {
        whole = false;
        return false;
      }
      rows.add(row);
      return true;
    }

    public ChangeRows done() {
      return new ChangeRows(newestFirst ? rows.reversed() : rows, whole);
    }
  }
}
