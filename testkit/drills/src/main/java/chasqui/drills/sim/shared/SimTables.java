package chasqui.drills.sim.shared;

import chasqui.mailbox.store.ConversationStore;
import chasqui.mailbox.store.CursorStore;
import chasqui.mailbox.store.WatermarkStore;
import chasqui.mailbox.store.shared.CommitTable;
import chasqui.mailbox.store.shared.CustodyTable;
import chasqui.mailbox.store.shared.FencedUserStore;
import chasqui.mailbox.store.shared.IncarnationTable;
import chasqui.mailbox.store.shared.JournalTable;
import chasqui.mailbox.store.shared.SharedTables;
import chasqui.store.v1.DataSetRow;
import chasqui.store.v1.IncarnationRow;
import chasqui.store.v1.SlotOwnerRow;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// A simulated shared store, as one incarnation of a node sees it.
public final class SimTables implements SharedTables {
  private final StoreClient client;

  SimTables(StoreClient client) {
    this.client = client;
  }

  @Override
  public DataSetRow dataSet() {
    return client.rows().dataSet();
  }

  @Override
  public JournalTable journal() {
    return new SharedJournals(client);
  }

  @Override
  public IncarnationTable incarnations() {
    return new Incarnations();
  }

  @Override
  public CustodyTable custody() {
    return new Owners();
  }

  @Override
  public CommitTable commits() {
    return commits -> client.write(
        "applies " + commits.size() + " of " + commits.getLast().getConversationId() + " up to " + commits.getLast().getRow().getHead(),
        commits.stream().flatMap(commit -> CommitCells.of(commit).stream()).toList(), null);
  }

  @Override
  public ConversationStore conversations() {
    return new SharedConversations(client);
  }

  @Override
  public CursorStore cursors() {
    return new SharedCursors(client);
  }

  @Override
  public WatermarkStore watermarks() {
    return new SharedWatermarks(client);
  }

  @Override
  public FencedUserStore users() {
    return new SharedUsers(client);
  }

  @Override
  public CompletionStage<Instant> time() {
    return client.ask("asks the time", client.node().clock()::instant);
  }

  @Override
  public void close() {
    client.close();
  }

  private CustodyRows rows() {
    return client.rows().custody();
  }

  private final class Incarnations implements IncarnationTable {
    @Override
    public CompletionStage<Void> add(IncarnationRow row) {
      return client.ask("adds " + row.getIncarnation(), () -> {
        rows().add(row);
        return null;
      });
    }

    @Override
    public CompletionStage<Optional<IncarnationRow>> read(String incarnation) {
      return client.ask("reads " + incarnation, () -> Optional.ofNullable(rows().incarnations().get(incarnation)));
    }

    @Override
    public CompletionStage<List<IncarnationRow>> list() {
      return client.ask("lists incarnations", () -> List.copyOf(rows().incarnations().values()));
    }

    @Override
    public CompletionStage<Void> markReplayed(String incarnation) {
      return client.ask("marks replayed " + incarnation, () -> {
        rows().markReplayed(incarnation);
        return null;
      });
    }
  }

  private final class Owners implements CustodyTable {
    @Override
    public CompletionStage<Optional<SlotOwnerRow>> read(int slot) {
      return client.ask("reads owner of slot " + slot, () -> rows().seen(slot, client.coin()));
    }

    @Override
    public CompletionStage<Optional<SlotOwnerRow>> readSettled(int slot) {
      return client.ask("reads settled owner of slot " + slot, () -> rows().settled(slot));
    }

    @Override
    public CompletionStage<Boolean> change(int slot, Optional<SlotOwnerRow> expected, SlotOwnerRow next) {
      CompletionStage<Boolean> change = client.ask(
          "moves slot " + slot + " to " + next.getIncarnation() + " in epoch " + next.getEpoch(),
          () -> rows().change(slot, expected, next, client.incarnation()));
      return change.whenComplete((changed, unknown) -> {
        if (unknown == null && changed) {
          rows().answered(slot, next);
        }
      });
    }
  }
}
