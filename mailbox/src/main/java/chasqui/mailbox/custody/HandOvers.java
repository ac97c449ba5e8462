package chasqui.mailbox.custody;

import chasqui.discovery.NodeRecord;
import chasqui.store.v1.SlotOwnerRow;
import java.util.Optional;

/// Slots on their way from this node to another: not served any more, then let go of, then named the other's in their row.
/// On the loop.
final class HandOvers {

  /// Slots on their way together. The others are served meanwhile, for routers that are told so by whom they ask first; and
  /// changes of rows that are few at a time keep no commit waiting at the servers.
  static final int SLOTS_MAX = 8;

  private final Custodian.Parts parts;
  private final ServedSlots served;
  private final Runnable ended;
  private SlotReleases releases;
  private int moving;

  /// @param ended run at the end of each: there is room for the next
  HandOvers(Custodian.Parts parts, ServedSlots served, Runnable ended) {
    this.parts = parts;
    this.served = served;
    this.ended = ended;
    parts.metrics().queue("mailbox.custody.moves", () -> moving, SLOTS_MAX);
  }

  /// @param lettingGo how slots are let go of
  void start(SlotReleases lettingGo) {
    releases = lettingGo;
  }

  boolean isIdle() {
    return moving == 0;
  }

  /// Begins, unless too many are on their way.
  ///
  /// @param next who gets it; if nobody is there to take it, it stays ours, unserved
  void begin(SlotCustody slot, Optional<NodeRecord> next) {
    if (moving >= SLOTS_MAX) {
      return;
    }
    moving++;
    slot.phase = SlotCustody.Phase.LEAVING;
    slot.offered = served.epoch(slot.number);
    served.stop(slot.number);
    SharedJournal journal = parts.journal();
    parts.loop().when(releases.release(slot.number), (released, failure) ->
        journal.whenApplied(slot.number % journal.stripes(), () -> released(slot, next)));
  }

  // Nothing of it is queued, all that was committed of it is applied: whoever is named may read it.
  private void released(SlotCustody slot, Optional<NodeRecord> next) {
    if (next.isPresent()) {
      name(slot, next.get().incarnation(), new Pace());
    } else {
      end(slot);
    }
  }

  private void name(SlotCustody slot, String next, Pace pace) {
    SlotOwnerRow ours =
        SlotOwnerRow.newBuilder().setIncarnation(parts.self().incarnation()).setEpoch(slot.offered).build();
    SlotOwnerRow theirs = SlotOwnerRow.newBuilder().setIncarnation(next).setEpoch(slot.offered + 1).build();
    parts.loop().when(parts.tables().custody().change(slot.number, Optional.of(ours), theirs), (changed, failure) -> {
      if (failure == null) {
        parts.metrics().moved();
        served.named(slot.number, next);
        end(slot);
      } else if (!Failures.isClosed(failure)) {
        parts.loop().after(pace.pause(), () -> name(slot, next, pace));
      }
    });
  }

  private void end(SlotCustody slot) {
    slot.phase = SlotCustody.Phase.IDLE;
    moving--;
    ended.run();
  }
}
