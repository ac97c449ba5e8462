package chasqui.drills.sim.shared;

import chasqui.discovery.Slots;
import chasqui.drills.sim.store.ConversationTable;
import chasqui.drills.sim.store.StoreTables;
import chasqui.drills.sim.store.StoreWatch;
import chasqui.drills.sim.store.StoreWrite;
import chasqui.mailbox.store.shared.JournalTable.JournalId;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.DataSetRow;
import chasqui.store.v1.JournalRow;
import chasqui.testkit.sim.SimRandom;
import java.util.function.Consumer;

/// All that a shared store holds, and beside it what it has to add up to: every batch applied once, in the order in which
/// batches took their places.
final class SharedRows {
  private final DataSetRow dataSet;
  private final StoreWatch watch;
  private final Audit audit;
  private final Replicas replicas;
  private final Journals journals;
  private final CustodyRows custody;
  private final Happenings happenings = new Happenings();
  private final StoreTables truth = new StoreTables();

  SharedRows(DataSetRow dataSet, SimRandom random, StoreWatch watch, Consumer<String> complaint) {
    this.dataSet = dataSet;
    this.watch = watch;
    this.audit = new Audit(complaint);
    this.replicas = new Replicas(random, complaint);
    this.journals = new Journals(replicas, audit, happenings, this::committed);
    this.custody = new CustodyRows(new Slots(dataSet.getSlots()), journals, audit, happenings);
    watch.opened(truth);
  }

  private void committed(JournalId journal, JournalRow row) {
    custody.committing(journal, row);
    StoreWrite write = new StoreWrite.Journaled(journal.stripe(), row.getBatch());
    watch.writing(write);
    truth.apply(write);
    for (ConversationCommit commit : row.getBatch().getCommitsList()) {
      ConversationTable table = truth.conversations().get(commit.getConversationId());
      table.oddities().forEach(oddity -> audit.expect(false, oddity, commit.getConversationId()));
    }
  }

  /// A write that is no commit has become durable.
  void durable(StoreWrite write) {
    truth.apply(write);
  }

  /// A write that is no commit has come.
  void writing(StoreWrite write) {
    watch.writing(write);
  }

  DataSetRow dataSet() {
    return dataSet;
  }

  Audit audit() {
    return audit;
  }

  Happenings happenings() {
    return happenings;
  }

  Replicas replicas() {
    return replicas;
  }

  Journals journals() {
    return journals;
  }

  CustodyRows custody() {
    return custody;
  }

  StoreTables truth() {
    return truth;
  }
}
