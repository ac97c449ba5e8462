package chasqui.mailbox.custody;

import chasqui.discovery.Slots;
import chasqui.mailbox.store.ConversationStore;
import chasqui.mailbox.store.CursorStore;
import chasqui.mailbox.store.Journal;
import chasqui.mailbox.store.MailboxStore;
import chasqui.mailbox.store.UserStore;
import chasqui.mailbox.store.WatermarkStore;
import chasqui.mailbox.store.shared.SharedTables;
import chasqui.store.v1.DataSetRow;
import java.util.concurrent.CompletionStage;
import java.util.function.IntToLongFunction;

/// The store of a mailbox node that shares its data set with others: a batch is durable once its journal row is, and
/// applied afterwards.
public final class SharedStore implements MailboxStore {

  private final SharedTables tables;
  private final Loop loop;
  private final CustodyMetrics metrics;
  private final Applier applier;
  private final SharedJournal journal;
  private final SharedConversations conversations;
  private final OrderedUsers users;

  /// @param incarnation this life of the node; has its journals for itself
  /// @param epochs the epoch under which this process serves, or last served, a slot; 0 if it never did
  public SharedStore(String incarnation, int stripes, SharedParts parts, IntToLongFunction epochs) {
    this(incarnation, stripes, parts, epochs, new Loop(parts.executor(), parts.random(), parts.fatal()),
        new CustodyMetrics(parts.meter()));
  }

  SharedStore(
      String incarnation, int stripes, SharedParts parts, IntToLongFunction epochs, Loop loop, CustodyMetrics metrics) {
    this.tables = parts.tables();
    this.loop = loop;
    this.metrics = metrics;
    this.applier = new Applier(loop, tables.commits(), parts.crashPoints(), metrics);
    this.journal = new SharedJournal(incarnation, stripes, parts, metrics, loop, applier);
    this.conversations = new SharedConversations(tables.conversations(), journal);
    this.users = new OrderedUsers(tables.users(), new Slots(tables.dataSet().getSlots()), epochs);
    journal.start();
  }

  Applier applier() {
    return applier;
  }

  @Override
  public DataSetRow dataSet() {
    return tables.dataSet();
  }

  @Override
  public Journal journal() {
    return journal;
  }

  SharedJournal journals() {
    return journal;
  }

  /// Completes with true once it is certain that the stripe's journal was unsealed at some moment after this call; with
  /// false where it is sealed, or nobody can tell now. Calls that wait at the same time share one proof. Any thread.
  public CompletionStage<Boolean> confirm(int stripe) {
    return journal.confirm(stripe);
  }

  @Override
  public ConversationStore conversations() {
    return conversations;
  }

  @Override
  public CursorStore cursors() {
    return tables.cursors();
  }

  @Override
  public WatermarkStore watermarks() {
    return tables.watermarks();
  }

  @Override
  public UserStore users() {
    return users;
  }

  /// Nothing is committed from here on; what is not applied is replayed by whoever takes over.
  @Override
  public void close() {
    journal.close();
    loop.execute(applier::close);
    metrics.close();
    tables.close();
  }
}
