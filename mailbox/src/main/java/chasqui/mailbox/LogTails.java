package chasqui.mailbox;

import chasqui.log.v1.Entry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/// Reads logs for many at once: who asks for what is being read just then gets the same answer, and the newest entries of
/// conversations that were read are kept, within a bound, for those who ask next.
///
/// What a log holds follows from its conversation's generation and head: whatever changes an earlier entry is a later
/// entry. So nothing is shared or kept across heads, but for what the entries in between are seen not to change.
///
/// Used by one thread, the stripe's.
final class LogTails {

  // Of one conversation: a few answers.
  private static final int TAIL_BYTES_MAX = 256 * 1024;
  private static final int TAIL_ENTRIES_MAX = 512;
  // More than this between two heads is read as if nothing were kept.
  private static final int GROWTH_ENTRIES_MAX = 128;

  /// What is read of a log as of a head: `(after, upto]`, within bounds.
  private record Reading(
      String id, long generation, long head, long after, long upto, int entriesMax, int bytesMax, boolean newestFirst) {}

  /// Entries up to `head`, without holes.
  private static final class Tail {
    final long generation;
    final List<Entry> entries;
    long head;
    long bytes;

    Tail(long generation, long head, List<Entry> entries) {
      this.generation = generation;
      this.head = head;
      this.entries = new ArrayList<>(entries);
      this.bytes = entries.stream().mapToLong(Entry::getSerializedSize).sum();
    }

    long first() {
      return entries.getFirst().getSeq();
    }

    boolean covers(Reading reading) {
      return generation == reading.generation && reading.after >= first() - 1;
    }

    /// As a store would give it.
    List<Entry> part(Reading reading) {
      List<Entry> all = entries.subList((int) (reading.after + 1 - first()), (int) (reading.upto + 1 - first()));
      List<Entry> part = new ArrayList<>();
      long left = reading.bytesMax;
      for (Entry entry : reading.newestFirst ? all.reversed() : all) {
        left -= entry.getSerializedSize();
        if (part.size() == reading.entriesMax || left < 0 && !part.isEmpty()) {
          break;
        }
        part.add(entry);
      }
      if (reading.newestFirst) {
        Collections.reverse(part);
      }
      return part;
    }

    void trim() {
      int removed = 0;
      while (entries.size() - removed > 1 && (bytes > TAIL_BYTES_MAX || entries.size() - removed > TAIL_ENTRIES_MAX)) {
        bytes -= entries.get(removed).getSerializedSize();
        removed++;
      }
      entries.subList(0, removed).clear();
    }
  }

  private final StripeContext context;
  private final long bytesMax;
  // The one unused longest first.
  private final Map<String, Tail> tails = new LinkedHashMap<>(16, 0.75f, true);
  // Bounded by the requests that are open.
  private final Map<Reading, List<BiConsumer<List<Entry>, Throwable>>> readings = new HashMap<>();
  private long bytes;

  LogTails(StripeContext context) {
    this.context = context;
    this.bytesMax = context.config.reads().tailBytesMax();
  }

  /// As {@link chasqui.mailbox.store.ConversationStore#readLog}, of the committed log as it is now or later. `then` is
  /// called later, never from here.
  void read(
      ConversationState state, long after, long upto, int entriesMax, int bytesMaxRead, boolean newestFirst,
      BiConsumer<List<Entry>, Throwable> then) {
    Reading reading =
        new Reading(state.id, state.generation, state.head, after, upto, entriesMax, bytesMaxRead, newestFirst);
    Tail tail = bytesMax == 0 ? null : tails.get(state.id);
    if (tail == null || !tail.covers(reading)) {
      fromStore(reading, true, then);
    } else if (tail.head >= reading.head) {
      context.metrics.rangeShared();
      context.when(CompletableFuture.completedFuture(tail.part(reading)), then);
    } else if (state.head - tail.head > GROWTH_ENTRIES_MAX) {
      fromStore(reading, true, then);
    } else {
      grow(tail, reading, then);
    }
  }

  /// Bytes of what is kept.
  long bytes() {
    return bytes;
  }

  // What fits onto a tail is not kept as one of its own.
  private void fromStore(Reading reading, boolean kept, BiConsumer<List<Entry>, Throwable> then) {
    List<BiConsumer<List<Entry>, Throwable>> waiting = bytesMax == 0 ? null : readings.get(reading);
    if (waiting != null) {
      context.metrics.rangeShared();
      waiting.add(then);
      return;
    }
    List<BiConsumer<List<Entry>, Throwable>> first = new ArrayList<>(List.of(then));
    if (bytesMax > 0) {
      readings.put(reading, first);
    }
    context.when(
        context.store.conversations().readLog(
            reading.id, reading.after, reading.upto, reading.entriesMax, reading.bytesMax, reading.newestFirst),
        (read, failure) -> {
          readings.remove(reading);
          if (failure == null && kept && bytesMax > 0) {
            keep(reading, read);
          }
          // The others as events of their own: one that fails must not take them with it.
          first.subList(1, first.size()).forEach(other -> context.when(outcome(read, failure), other));
          then.accept(read, failure);
        });
  }

  private static CompletableFuture<List<Entry>> outcome(List<Entry> read, Throwable failure) {
    return failure == null ? CompletableFuture.completedFuture(read) : CompletableFuture.failedFuture(failure);
  }

  private void keep(Reading reading, List<Entry> read) {
    boolean newest = !read.isEmpty() && read.getLast().getSeq() == reading.head;
    Tail known = tails.get(reading.id);
    boolean better = known == null || known.generation != reading.generation
        ? newest
        : newest && (known.head < reading.head || known.head == reading.head && read.getFirst().getSeq() < known.first());
    if (better && read.getLast().getSeq() - read.getFirst().getSeq() == read.size() - 1) {
      drop(reading.id);
      Tail tail = new Tail(reading.generation, reading.head, read);
      tail.trim();
      tails.put(reading.id, tail);
      bytes += tail.bytes;
      makeRoom();
    }
  }

  /// Reads what was committed since, then answers from what is kept: one read for all that ask after a commit.
  private void grow(Tail tail, Reading reading, BiConsumer<List<Entry>, Throwable> then) {
    Reading growth = new Reading(
        reading.id, reading.generation, reading.head, tail.head, reading.head, GROWTH_ENTRIES_MAX, TAIL_BYTES_MAX, false);
    fromStore(growth, false, (read, failure) -> {
      if (failure != null) {
        then.accept(null, failure);
        return;
      }
      // It may have been dropped, or replaced, or grown by another that waited for the same read.
      boolean kept = tails.get(reading.id) == tail && tail.head < reading.head;
      if (kept && continues(tail, read, reading.head)) {
        long before = tail.bytes;
        tail.entries.addAll(read);
        tail.bytes += read.stream().mapToLong(Entry::getSerializedSize).sum();
        tail.head = reading.head;
        tail.trim();
        bytes += tail.bytes - before;
        makeRoom();
      } else if (kept) {
        drop(reading.id);
      }
      Tail now = tails.get(reading.id);
      if (now != null && now.covers(reading) && now.head >= reading.head) {
        then.accept(now.part(reading), null);
      } else {
        fromStore(reading, true, then);
      }
    });
  }

  /// Whether these are all entries up to the head, none of which changes what an earlier one holds.
  private static boolean continues(Tail tail, List<Entry> read, long head) {
    return read.size() == head - tail.head && read.stream().noneMatch(LogTails::changesEarlier);
  }

  private static boolean changesEarlier(Entry entry) {
    return switch (entry.getBodyCase()) {
      case CREATED, MESSAGE, REACTION, PIN, MEMBERSHIP, TITLE -> false;
      case EDIT, DELETION, RETENTION, TOMBSTONE, BODY_NOT_SET -> true;
    };
  }

  private void drop(String id) {
    Tail tail = tails.remove(id);
    if (tail != null) {
      bytes -= tail.bytes;
    }
  }

  private void makeRoom() {
    for (Iterator<Tail> eldest = tails.values().iterator(); bytes > bytesMax && eldest.hasNext(); ) {
      bytes -= eldest.next().bytes;
      eldest.remove();
    }
  }
}
