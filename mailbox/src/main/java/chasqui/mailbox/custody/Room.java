package chasqui.mailbox.custody;

import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.JournalBatch;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// How much this node holds of what it commits and has not applied yet, so that it stays bounded. Room is taken on the loop,
/// and given back by any thread.
final class Room {

  /// Entries of all stripes: about a second's work. Beyond, the next insert waits. One batch is far smaller.
  static final int ENTRIES_MAX = 20_000;
  /// Their commits, encoded.
  static final long BYTES_MAX = 64L << 20;

  /// What something takes.
  record Size(int entries, long bytes) {

    static Size of(JournalBatch batch) {
      return of(batch.getCommitsList());
    }

    static Size of(List<ConversationCommit> commits) {
      return new Size(
          commits.stream().mapToInt(ConversationCommit::getEntriesCount).sum(),
          commits.stream().mapToLong(ConversationCommit::getSerializedSize).sum());
    }
  }

  private record Waiting(Size size, Runnable event) {}

  private final Loop loop;
  private final AtomicInteger entries = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  // True while somebody waits who is to be looked at again once there is more room.
  private final AtomicBoolean wanted = new AtomicBoolean();

  Room(Loop loop) {
    this.loop = loop;
  }

  /// Taken now; never above the bound but for one batch that is larger alone. Any thread.
  int entries() {
    return entries.get();
  }

  /// As {@link #entries}. Any thread.
  long bytes() {
    return bytes.get();
  }

  /// Runs the event, now or once there is room for so much; the room is its own from then on. Those who came before go
  /// first. On the loop.
  void whenFree(Size size, Runnable event) {
    waiting.addLast(new Waiting(size, event));
    give();
  }

  /// Any thread.
  void giveBack(Size size) {
    entries.addAndGet(-size.entries);
    bytes.addAndGet(-size.bytes);
    if (wanted.get() && wanted.compareAndSet(true, false)) {
      loop.execute(this::give);
    }
  }

  // Who gives back looks after it gave; who waits says so before it looks: one of the two sees the other.
  private void give() {
    while (!waiting.isEmpty()) {
      wanted.set(true);
      Size size = waiting.peekFirst().size;
      boolean fits = entries.get() + size.entries <= ENTRIES_MAX && bytes.get() + size.bytes <= BYTES_MAX;
      if (!fits && entries.get() > 0) {
        return;
      }
      entries.addAndGet(size.entries);
      bytes.addAndGet(size.bytes);
      waiting.pollFirst().event.run();
    }
    wanted.set(false);
  }
}
