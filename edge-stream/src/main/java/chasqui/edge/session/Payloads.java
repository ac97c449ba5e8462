package chasqui.edge.session;

import chasqui.log.v1.Entry;
import java.util.List;

/// Pushed entries that wait to be written, bounded for the session: beyond, an entry is not kept and its range is read.
final class Payloads {

  private final SessionLimits.Delivery limits;
  private final SessionMetrics metrics;
  private int entries;
  private int bytes;

  Payloads(SessionLimits.Delivery limits, SessionMetrics metrics) {
    this.limits = limits;
    this.metrics = metrics;
  }

  /// Keeps a pushed entry if it lies right after what is kept, or begins a run beyond what was sent.
  void offer(ConversationTrack track, Push push) {
    Entry entry = push.fanout().getEntry();
    long seq = entry.getSeq();
    if (seq == 0 || seq != push.fanout().getHead() || (!track.opening && seq <= track.sent)) {
      return;
    }
    Span run = track.pushed;
    if (run != null && seq != run.upto + 1) {
      if (seq > run.upto) {
        metrics.odd(SessionMetrics.Oddity.PAYLOAD_DROPPED);
      }
      return;
    }
    int size = entry.getSerializedSize();
    boolean fits = entries < limits.payloadEntriesMax() && bytes + size <= limits.payloadBytesMax();
    if (!fits && entries > 0) {
      metrics.odd(SessionMetrics.Oddity.PAYLOAD_DROPPED);
      return;
    }
    entries++;
    bytes += size;
    if (run == null) {
      track.pushed = Span.pushed(push);
    } else {
      run.append(entry);
    }
  }

  /// Forgets what was sent meanwhile.
  void trim(ConversationTrack track) {
    Span run = track.pushed;
    if (run == null || run.after >= track.sent) {
      return;
    }
    if (run.upto <= track.sent) {
      drop(track);
      return;
    }
    release(run.entries());
    run.startAfter(track.sent);
    entries += run.entries().size();
    bytes += Span.bytes(run.entries());
  }

  /// Takes what one delivery may hold off the run's front.
  Span take(ConversationTrack track, int entriesMax) {
    Span run = track.pushed;
    int count = 0;
    int size = 0;
    int countMax = Math.min(entriesMax, limits.entriesMax());
    for (Entry entry : run.entries()) {
      size += entry.getSerializedSize();
      if (count >= countMax || (count > 0 && size > limits.bytesMax())) {
        break;
      }
      count++;
    }
    if (count == run.entries().size()) {
      drop(track);
      return run;
    }
    Span taken = run.cut(count);
    release(taken.entries());
    return taken;
  }

  void drop(ConversationTrack track) {
    if (track.pushed != null) {
      release(track.pushed.entries());
      track.pushed = null;
    }
  }

  int entries() {
    return entries;
  }

  int bytes() {
    return bytes;
  }

  private void release(List<Entry> gone) {
    entries -= gone.size();
    bytes -= Span.bytes(gone);
  }
}
