package chasqui.edge.session;

import chasqui.log.v1.Entry;
import java.util.ArrayList;
import java.util.List;

/// Entries on their way to the device, and the range `(after, upto]` that they cover.
final class Span {

  long after;
  long upto;
  /// The head alone is told; there are no entries.
  final boolean headOnly;
  private List<Entry> entries;
  /// The push that this span is, as long as it is nothing else.
  Push push;

  private Span(long after, long upto, List<Entry> entries, boolean headOnly) {
    this.after = after;
    this.upto = upto;
    this.entries = entries;
    this.headOnly = headOnly;
  }

  static Span read(long after, long upto, List<Entry> entries) {
    return new Span(after, upto, entries, false);
  }

  static Span head(long after, long upto) {
    return new Span(after, upto, List.of(), true);
  }

  static Span pushed(Push push) {
    long head = push.fanout().getHead();
    Span span = new Span(head - 1, head, List.of(push.fanout().getEntry()), false);
    span.push = push;
    return span;
  }

  List<Entry> entries() {
    return entries;
  }

  /// Adds the entry right after `upto`.
  void append(Entry entry) {
    if (push != null) {
      entries = new ArrayList<>(entries);
      push = null;
    }
    entries.add(entry);
    upto++;
  }

  /// Takes the first `count` entries away, with the range that they cover; for pushed entries, which have no holes.
  Span cut(int count) {
    Span head = new Span(after, after + count, List.copyOf(entries.subList(0, count)), false);
    entries = new ArrayList<>(entries.subList(count, entries.size()));
    after += count;
    push = null;
    return head;
  }

  /// Forgets what lies at or below `seq`.
  void startAfter(long seq) {
    if (seq > after) {
      entries = new ArrayList<>(entries.stream().filter(entry -> entry.getSeq() > seq).toList());
      after = seq;
      push = null;
    }
  }

  static int bytes(List<Entry> entries) {
    int bytes = 0;
    for (Entry entry : entries) {
      bytes += entry.getSerializedSize();
    }
    return bytes;
  }
}
