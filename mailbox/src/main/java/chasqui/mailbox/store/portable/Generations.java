package chasqui.mailbox.store.portable;

import chasqui.store.v1.DataSetRow;
import chasqui.store.v1.ExportedRow;

/// What has to change in rows that go back in time, so that no client takes what they hold for what it knows: every
/// conversation gets a later generation, those that begin later as well, and every device looks through all its
/// conversations again.
///
/// A generation of before must not come back when the same rows go back a second time. So it is at least the number of
/// quarters of an hour since the epoch: a backup does not know how often it was restored.
public final class Generations {
  private static final long QUARTER_MILLIS = 900_000;

  private final long generation;

  /// @param atLeast a generation that was never given before, as far as the caller knows
  public Generations(DataSetRow before, long atLeast, long nowMillis) {
    generation = Math.max(Math.max(before.getFirstGeneration(), 1) + 1, Math.max(atLeast, nowMillis / QUARTER_MILLIS));
  }

  /// What conversations that begin later begin with.
  public long generation() {
    return generation;
  }

  public DataSetRow raised(DataSetRow row) {
    return row.toBuilder().setFirstGeneration(generation).build();
  }

  /// The row as it goes back in time.
  public ExportedRow raised(ExportedRow row) {
    return switch (row.getRowCase()) {
      case CONVERSATION -> {
        ExportedRow.Builder raised = row.toBuilder();
        var conversation = raised.getConversationBuilder().getRowBuilder();
        conversation.setGeneration(Math.max(conversation.getGeneration() + 1, generation));
        yield raised.build();
      }
      case DEVICE -> {
        ExportedRow.Builder raised = row.toBuilder();
        raised.getDeviceBuilder().getRowBuilder().clearSyncedMicros();
        yield raised.build();
      }
      case ENTRY, CHANGE, MEMBERSHIP, COUNTER, ID, JOINED, MARK, LASTING_MARK, CURSOR, DELIVERED, READ, USER, ROW_NOT_SET ->
          row;
    };
  }
}
