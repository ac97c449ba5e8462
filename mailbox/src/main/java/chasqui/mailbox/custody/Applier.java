package chasqui.mailbox.custody;

import chasqui.discovery.CrashPoint;
import chasqui.discovery.CrashPoints;
import chasqui.mailbox.store.shared.CommitTable;
import chasqui.store.v1.ConversationCommit;
import java.util.ArrayDeque;

/// Applies commits, so many at a time, each again and again until it is done: what follows from a journal has to be there
/// in the end, and may be written twice.
final class Applier {

  /// Conversations whose writes are under way together.
  static final int OPEN_MAX = 512;

  /// Told once about a commit, on the loop.
  @FunctionalInterface
  interface Done {
    /// @param applied false where the store was closed before
    void done(boolean applied);
  }

  private final Loop loop;
  private final CommitTable table;
  private final CrashPoints crashPoints;
  private final ArrayDeque<Task> waiting = new ArrayDeque<>();
  private volatile int open;
  private boolean closed;

  private record Task(ConversationCommit commit, Done done, Pace pace) {}

  Applier(Loop loop, CommitTable table, CrashPoints crashPoints) {
    this.loop = loop;
    this.table = table;
    this.crashPoints = crashPoints;
  }

  /// Writes all that the commit changes. How many wait is bounded by whoever calls.
  void apply(ConversationCommit commit, Done done) {
    waiting.addLast(new Task(commit, done, new Pace()));
    startWaiting();
  }

  /// What is under way. Any thread.
  int open() {
    return open;
  }

  private void startWaiting() {
    int started = open;
    while (started < OPEN_MAX && !waiting.isEmpty()) {
      started++;
      open = started;
      write(waiting.pollFirst());
    }
  }

  private void write(Task task) {
    crashPoints.reach(CrashPoint.BEFORE_HEAD_WRITE);
    loop.when(table.apply(task.commit), (nothing, failure) -> {
      if (failure == null) {
        crashPoints.reach(CrashPoint.AFTER_HEAD_WRITE);
        end(task, true);
      } else if (closed || Failures.isClosed(failure)) {
        end(task, false);
      } else {
        // It keeps its place: what fails for one fails for the next as a rule.
        loop.after(task.pace.pause(), () -> write(task));
      }
    });
  }

  private void end(Task task, boolean applied) {
    int left = open - 1;
    open = left;
    task.done.done(applied);
    startWaiting();
  }

  /// What fails from here on is not tried again.
  void close() {
    closed = true;
  }
}
