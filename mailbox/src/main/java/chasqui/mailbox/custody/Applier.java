package chasqui.mailbox.custody;

import chasqui.discovery.CrashPoint;
import chasqui.discovery.CrashPoints;
import chasqui.mailbox.store.shared.CommitTable;
import chasqui.store.v1.ConversationCommit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Applies commits, each again and again until it is done: what follows from a journal has to be there in the end, and may
/// be written twice.
///
/// Of a conversation, one write is under way: of the commits that have come until it begins, in their order. So the more there
/// is to do, the less each commit costs. May be used by any thread; the thread on which a write ends begins the next one,
/// so that the loop is not in the way. What is shared is under the lock, and nobody is called under it.
final class Applier {

  /// Conversations whose writes are under way together. More would wait in the store, before the next insert; what waits
  /// here is written together.
  static final int OPEN_MAX = 16;
  /// Commits of one write, encoded; a larger one is written alone. No more than the server takes of one batch.
  static final int WRITE_BYTES_MAX = 256 * 1024;
  /// Tries after which a conversation is said to be failing, and lets others have its place while it pauses.
  static final int TRIES_TOLD = 8;

  private static final int TRIES_PER_TELLING = 64;
  private static final Logger LOG = LoggerFactory.getLogger(Applier.class);

  /// Told once about a commit.
  @FunctionalInterface
  interface Done {
    /// @param applied false where the store was closed before
    void done(boolean applied);
  }

  private final Loop loop;
  private final CommitTable table;
  private final CrashPoints crashPoints;
  private final CustodyMetrics metrics;
  private final ReentrantLock lock = new ReentrantLock();
  // Under the lock: conversations with commits that are not applied, and of these, those whose turn is to come.
  private final Map<String, Line> lines = new HashMap<>();
  private final ArrayDeque<Line> turns = new ArrayDeque<>();
  private volatile int open;
  private volatile int failing;
  private volatile boolean closed;

  private record Task(ConversationCommit commit, Done done) {}

  /// What is to be applied of one conversation. Under the lock but for the pace, which is the loop's.
  private static final class Line {
    final String conversationId;
    final ArrayDeque<Task> waiting = new ArrayDeque<>();
    Pace pace = new Pace();
    int tries;

    Line(String conversationId) {
      this.conversationId = conversationId;
    }
  }

  private record Write(Line line, List<Task> tasks) {
    List<ConversationCommit> commits() {
      return tasks.stream().map(Task::commit).toList();
    }
  }

  Applier(Loop loop, CommitTable table, CrashPoints crashPoints, CustodyMetrics metrics) {
    this.loop = loop;
    this.table = table;
    this.crashPoints = crashPoints;
    this.metrics = metrics;
  }

  /// Writes all that the commit changes. How many wait is bounded by whoever calls.
  ///
  /// @param done told on the loop
  void apply(ConversationCommit commit, Done done) {
    applyAll(List.of(commit), List.of(applied -> loop.execute(() -> done.done(applied))));
  }

  /// The same for several, in their order.
  ///
  /// @param dones one of each commit; told on the thread on which the write ended, without pause
  void applyAll(List<ConversationCommit> commits, List<Done> dones) {
    lock.lock();
    try {
      for (int i = 0; i < commits.size(); i++) {
        add(new Task(commits.get(i), dones.get(i)));
      }
    } finally {
      lock.unlock();
    }
    startWrites();
  }

  private void add(Task task) {
    Line line = lines.get(task.commit.getConversationId());
    if (line == null) {
      line = new Line(task.commit.getConversationId());
      lines.put(line.conversationId, line);
      turns.addLast(line);
    }
    line.waiting.addLast(task);
  }

  /// Writes under way. Any thread.
  int open() {
    return open;
  }

  /// Conversations that cannot be applied since so many tries. Any thread.
  int failing() {
    return failing;
  }

  private void startWrites() {
    for (Write next = nextWrite(); next != null; next = nextWrite()) {
      start(next);
    }
  }

  private Write nextWrite() {
    lock.lock();
    try {
      if (open >= OPEN_MAX || turns.isEmpty()) {
        return null;
      }
      addOpen(1);
      return take(turns.pollFirst());
    } finally {
      lock.unlock();
    }
  }

  // After a failure one at a time: together they may be what the store refuses.
  private static Write take(Line line) {
    List<Task> tasks = new ArrayList<>();
    long bytes = 0;
    do {
      Task task = line.waiting.pollFirst();
      bytes += task.commit.getSerializedSize();
      tasks.add(task);
    } while (line.tries == 0 && !line.waiting.isEmpty()
        && bytes + line.waiting.peekFirst().commit.getSerializedSize() <= WRITE_BYTES_MAX);
    return new Write(line, tasks);
  }

  private void start(Write write) {
    crashPoints.reach(CrashPoint.BEFORE_HEAD_WRITE);
    CompletableFuture<Void> written = table.apply(write.commits()).toCompletableFuture();
    if (written.isDone()) {
      // Not from within: what ends at once would pile up on the stack.
      loop.when(written, (nothing, failure) -> ended(write, failure));
    } else {
      written.whenComplete((nothing, failure) -> loop.here(() -> ended(write, Loop.unwrapped(failure))));
    }
  }

  private void ended(Write write, Throwable failure) {
    if (failure == null) {
      crashPoints.reach(CrashPoint.AFTER_HEAD_WRITE);
      leave(write);
      tell(write, true);
      startWrites();
    } else if (closed || Failures.isClosed(failure)) {
      leave(write);
      tell(write, false);
      startWrites();
    } else {
      loop.execute(() -> failed(write, failure));
    }
  }

  private void leave(Write write) {
    lock.lock();
    try {
      Line line = write.line;
      addOpen(-1);
      addFailing(line.tries >= TRIES_TOLD ? -1 : 0);
      line.tries = 0;
      line.pace = new Pace();
      if (line.waiting.isEmpty()) {
        lines.remove(line.conversationId);
      } else {
        turns.addLast(line);
      }
    } finally {
      lock.unlock();
    }
  }

  private static void tell(Write write, boolean applied) {
    write.tasks.forEach(task -> task.done.done(applied));
  }

  // It keeps its place for some tries: what fails for one fails for the next as a rule. On the loop.
  private void failed(Write write, Throwable failure) {
    metrics.applyRepeated();
    Line line = write.line;
    boolean gaveWay;
    lock.lock();
    try {
      line.tries++;
      addFailing(line.tries == TRIES_TOLD ? 1 : 0);
      write.tasks.reversed().forEach(line.waiting::addFirst);
      gaveWay = line.tries >= TRIES_TOLD;
      addOpen(gaveWay ? -1 : 0);
    } finally {
      lock.unlock();
    }
    if (line.tries % TRIES_PER_TELLING == TRIES_TOLD) {
      LOG.warn("conversation {}: what was committed cannot be applied, {} tries so far: {}",
          line.conversationId, line.tries, failure.toString());
    }
    loop.after(line.pace.pause(), () -> again(line, gaveWay));
    startWrites();
  }

  private void again(Line line, boolean gaveWay) {
    lock.lock();
    try {
      addOpen(gaveWay ? 0 : -1);
      turns.addFirst(line);
    } finally {
      lock.unlock();
    }
    startWrites();
  }

  private void addOpen(int more) {
    int now = open + more;
    open = now;
  }

  private void addFailing(int more) {
    int now = failing + more;
    failing = now;
  }

  /// What fails from here on is not tried again.
  void close() {
    closed = true;
  }
}
