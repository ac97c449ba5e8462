package chasqui.mailbox.store.shared;

import chasqui.store.v1.JournalRow;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// The journals of all incarnations. Places are numbered from 1, without holes up to the seal.
public interface JournalTable {

  /// How many places stand together, and are deleted together: those of numbers `n` with the same `n / 256`.
  int PLACES_PER_PART = 256;

  /// Names a journal.
  record JournalId(String incarnation, int stripe) {}

  /// A row and its place.
  record Placed(long number, JournalRow row) {}

  /// How far a journal has been dealt with.
  ///
  /// @param applied all up to here is applied
  /// @param deleted what is up to here may have been deleted; at most `applied`
  record Marks(long applied, long deleted) {
    public static final Marks NONE = new Marks(0, 0);
  }

  /// Writes the row if the place is empty: true if it was, false if something stands there, which may be this very row of
  /// an earlier try. `UNKNOWN` may come true later, even after a read that shows the place empty: the caller tries again until
  /// something stands there.
  CompletionStage<Boolean> insert(JournalId journal, long number, JournalRow row);

  /// What stands at a place. Sees every insert that was answered before it began; an empty answer says nothing of inserts
  /// under way.
  CompletionStage<Optional<JournalRow>> read(JournalId journal, long number);

  /// The rows from a place on, read as {@link #read} does, ascending. Stops at the first empty place, at the end of the
  /// part that holds the place, and after `rowsMax`: a row may have 256 KiB.
  CompletionStage<List<Placed>> readPart(JournalId journal, long fromNumber, int rowsMax);

  /// The marks, as a quorum has them; {@link Marks#NONE} if none was written.
  CompletionStage<Marks> readMarks(JournalId journal);

  /// Raises `applied`; a lower value than stands there changes nothing.
  CompletionStage<Void> raiseApplied(JournalId journal, long applied);

  /// Raises `deleted`; a lower value than stands there changes nothing.
  CompletionStage<Void> raiseDeleted(JournalId journal, long deleted);

  /// Deletes a whole part, `number / 256`; its last place must be at most `deleted`, as acknowledged before.
  CompletionStage<Void> deletePart(JournalId journal, long part);

  /// Deletes of the part that holds the place all places up to and with it; it must be at most `deleted`, as acknowledged
  /// before.
  CompletionStage<Void> deleteUpto(JournalId journal, long number);
}
