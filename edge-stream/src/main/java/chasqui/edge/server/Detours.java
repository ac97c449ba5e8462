package chasqui.edge.server;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// The slots whose router does not reach their owner, though another router may: what is refused as unavailable by one
/// router for a second, with nothing taken in between, is asked of the next for a while. A slot that the next one refuses
/// as well goes back to its router. At most one for each slot. Thread-safe.
///
/// An owner that is being replaced is mostly there again within the second, and its slots stay where their caches are.
final class Detours<L> {

  private static final long PATIENCE_NANOS = 1_000_000_000L;
  private static final long DETOUR_NANOS = 10_000_000_000L;

  /// @param sinceNanos of the first refusal
  /// @param untilNanos of the detour; `sinceNanos` where there is none yet
  private record Refused<L>(L by, long sinceNanos, long untilNanos) {}

  private final ConcurrentHashMap<Integer, Refused<L>> bySlot = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;

  Detours(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /// The link not to be asked for a slot now, or null.
  L avoided(int slot) {
    if (bySlot.isEmpty()) {
      return null;
    }
    Refused<L> refused = bySlot.get(slot);
    return refused != null && refused.untilNanos - nanoTime.getAsLong() > 0 ? refused.by : null;
  }

  /// A request was refused as unavailable.
  void refused(int slot, L by) {
    long nowNanos = nanoTime.getAsLong();
    bySlot.compute(slot, (key, known) -> {
      if (known == null || known.by != by) {
        return new Refused<>(by, nowNanos, nowNanos);
      }
      return nowNanos - known.sinceNanos < PATIENCE_NANOS ? known : new Refused<>(by, known.sinceNanos, nowNanos + DETOUR_NANOS);
    });
  }

  /// A request was answered: its router reaches the owner.
  void answered(int slot, L by) {
    if (!bySlot.isEmpty()) {
      bySlot.computeIfPresent(slot, (key, known) -> known.by == by ? null : known);
    }
  }

  /// Forgets what nobody asked for lately.
  void expire() {
    long nowNanos = nanoTime.getAsLong();
    bySlot.values().removeIf(refused -> nowNanos - refused.untilNanos > DETOUR_NANOS);
  }

  int size() {
    return bySlot.size();
  }
}
