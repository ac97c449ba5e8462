package chasqui.mailbox.custody;

import chasqui.discovery.Membership;
import chasqui.discovery.MembershipView;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.OwnerTable;
import chasqui.discovery.Role;
import chasqui.discovery.Slots;
import chasqui.mailbox.Custody;
import chasqui.mailbox.store.shared.CustodyTable;
import chasqui.mailbox.store.shared.SharedTables;
import chasqui.store.v1.SlotOwnerRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Takes the slots that placement gives to this node, and offers those that it gives to others. It looks at the membership
/// four times a second and whenever that changes; safety rests on the rows alone.
public final class Custodian implements Custody {

  /// How often all rows are looked at, spread over the ticks: every 4 s. One may name this node though its view gives it no
  /// such slot, as when nodes are restarted one after another, and nobody serves it until this node has seen that.
  static final int TICKS_PER_ROUND = 16;
  /// How often a journal of ours is read: every second. Who serves nothing has no other way to learn that it was ended, and
  /// routers go on to ask it.
  static final int TICKS_PER_CONFIRM = 4;

  /// How often the row of a slot that another is to hand to us is looked at: every second, and for requests. A thousand rows
  /// read at each tick would slow down the very changes that are waited for.
  static final int TICKS_PER_WANT = 4;
  /// How long after a request for a slot that is not served here its row is looked at.
  static final Duration LOOKS_AFTER_MISS = Duration.ofMillis(20);

  /// What the custodian works with.
  record Parts(
      Self self, SharedTables tables, Loop loop, SharedJournal journal, Membership membership, Takeover.Parts takeovers,
      Probe probe, CustodyMetrics metrics) {}

  private enum State { NEW, OPEN, DRAINING, LEFT }

  private final Parts parts;
  private final Loop loop;
  private final String self;
  private final Slots slots;
  private final ServedSlots served;
  private final List<SlotCustody> all = new ArrayList<>();
  private final Evidence evidence;
  private final Predecessors predecessors;
  private final RowChanges changes;
  private final CompletableFuture<Void> left = new CompletableFuture<>();
  private volatile State state = State.NEW;
  private final HandOvers handOvers;
  private OwnerTable placement;
  private Placed placed;
  private boolean replaced;
  // Asked to drain, perhaps before this incarnation was listed.
  private boolean leaving;
  private Membership.Subscription subscription;
  private int tick;

  /// What a placement was made of.
  private record Placed(MembershipView view, Set<String> without, boolean draining) {}

  Custodian(Parts parts, ServedSlots served) {
    this.parts = parts;
    this.loop = parts.loop();
    this.self = parts.self().incarnation();
    this.slots = new Slots(parts.tables().dataSet().getSlots());
    this.served = served;
    this.placement = OwnerTable.empty(slots);
    this.evidence = new Evidence(loop, parts.probe(), parts.membership()::view, this::foundSilent);
    this.predecessors = new Predecessors(
        parts.takeovers(), parts.probe(), evidence, parts.membership()::view, self, this::look);
    this.changes = new RowChanges(parts.metrics());
    this.handOvers = new HandOvers(parts, served, this::lookOut);
    for (int slot = 0; slot < slots.count(); slot++) {
      all.add(new SlotCustody(slot));
    }
    parts.metrics().gauge("chasqui.mailbox.slots.served", "Slots that this node serves", served::count);
  }

  @Override
  public boolean serves(int slot) {
    return served.serves(slot) && !parts.journal().isSealed();
  }

  @Override
  public long epoch(int slot) {
    return served.epoch(slot);
  }

  @Override
  public String servedBy(int slot) {
    if (served.miss(slot)) {
      loop.execute(() -> loop.after(LOOKS_AFTER_MISS, () -> missed(all.get(slot))));
    }
    return served.servedBy(slot);
  }

  // Whoever hands it to us does not tell us: the row does.
  private void missed(SlotCustody slot) {
    served.looked(slot.number);
    if (isOver()) {
      return;
    }
    changes.first(slot.number);
    if (!slot.isKnown() || !predecessors.isEnded(slot.seenOwner())) {
      read(slot);
    }
  }

  @Override
  public CompletionStage<Boolean> confirm(int stripe) {
    return parts.journal().confirm(stripe);
  }

  @Override
  public void reported(String incarnation, String reporterNodeId) {
    // A router of this very node is cut off by what cuts us off: its word and our own probe are one piece of evidence.
    if (reporterNodeId.equals(parts.self().nodeId())) {
      return;
    }
    loop.execute(() -> {
      if (!incarnation.equals(self) && !isOver()) {
        evidence.reported(incarnation);
      }
    });
  }

  // A router cannot reach it, and it did not answer us: its slots go to others, its journals are ended. Both begin at once.
  private void foundSilent(String incarnation) {
    if (state == State.OPEN && !isOver()) {
      predecessors.silent(incarnation);
      look();
    }
  }

  /// Begins: this incarnation is listed already.
  ///
  /// @param lettingGo how slots are let go of
  void start(SlotReleases lettingGo) {
    handOvers.start(lettingGo);
    state = leaving ? State.DRAINING : State.OPEN;
    loop.every(SharedJournal.TICK, this::tick);
    subscription = parts.membership().subscribe(view -> loop.execute(this::look));
  }

  /// Offers all slots, then seals and marks this incarnation. Completes once that is done; where a slot cannot be let go
  /// of, never: others take over then as from one that died. Any thread.
  CompletionStage<Void> drain() {
    loop.execute(() -> {
      leaving = true;
      if (state == State.OPEN) {
        state = State.DRAINING;
        look();
      }
    });
    return left;
  }

  private void tick() {
    if (isOver()) {
      return;
    }
    tick++;
    evidence.tick();
    predecessors.tick();
    look();
    served.tellChange();
    if (isOver()) {
      return;
    }
    if (tick % TICKS_PER_CONFIRM == 0) {
      parts.journal().confirm(tick / TICKS_PER_CONFIRM % parts.journal().stripes());
    }
    int at = tick % TICKS_PER_ROUND;
    all.subList(all.size() * at / TICKS_PER_ROUND, all.size() * (at + 1) / TICKS_PER_ROUND).forEach(this::read);
  }

  private boolean isOver() {
    return state == State.NEW || state == State.LEFT || parts.journal().isSealed();
  }

  private void look() {
    if (isOver()) {
      return;
    }
    place();
    for (SlotCustody slot : all) {
      if (slot.unsettled) {
        read(slot);
      } else if (slot.phase != SlotCustody.Phase.SERVED && isMine(slot)) {
        want(slot);
      }
    }
    lookOut();
  }

  // Alone at the end of each hand-over, of which there are hundreds a second: rows that are wanted are not read for that.
  private void lookOut() {
    if (isOver()) {
      return;
    }
    place();
    boolean offering = offersAll() || placement.nodes().stream().anyMatch(node -> node.incarnation().equals(self));
    for (SlotCustody slot : all) {
      if (offering && slot.phase == SlotCustody.Phase.SERVED && !isMine(slot)) {
        offer(slot);
      }
    }
    if (state == State.DRAINING && changes.isIdle() && handOvers.isIdle() && served.count() == 0) {
      leave();
    }
  }

  // At once, however short it was here: routers ask whom their view names. Nothing goes round in circles by it, also where
  // views differ: among the nodes of its own view this one is the first for a slot that it keeps, so a slot only moves up
  // in one order of all nodes, but for nodes that drain or are dead.
  private void offer(SlotCustody slot) {
    Optional<NodeRecord> next = placement.owner(slot.number);
    if (next.isPresent() || state == State.DRAINING) {
      handOvers.begin(slot, next);
    }
  }

  // A node that drains, or that has a later life: another process was started under its name.
  private boolean offersAll() {
    return state == State.DRAINING || replaced;
  }

  // Among the ready, less those that a router cannot reach and that do not answer us, and those that were taken over; this
  // node knows of itself.
  private void place() {
    MembershipView view = parts.membership().view();
    Set<String> without = predecessors.ended();
    without.addAll(evidence.silent());
    Placed now = new Placed(view, without, state == State.DRAINING);
    if (now.equals(placed)) {
      return;
    }
    placed = now;
    replaced = view.nodes().stream()
        .anyMatch(node -> node.nodeId().equals(parts.self().nodeId()) && !node.incarnation().equals(self));
    List<NodeRecord> nodes = view.nodes().stream()
        .filter(node -> node.incarnation().equals(self) ? !now.draining : !without.contains(node.incarnation()))
        .toList();
    placement = OwnerTable.of(slots, new MembershipView(view.version(), nodes), Role.MAILBOX);
  }

  private boolean isMine(SlotCustody slot) {
    return placement.owner(slot.number).filter(owner -> owner.incarnation().equals(self)).isPresent();
  }

  // While the row names one that is being ended, nothing is read of it: at the end of that it is taken from what was read
  // before. If others were faster, the row has changed, and is read again.
  private void want(SlotCustody slot) {
    String owner = slot.seenOwner();
    if (slot.isKnown() && predecessors.isEnded(owner)) {
      if (predecessors.isReplayed(owner) && slot.isIdle()) {
        take(slot, slot.seen());
      }
    } else if (!slot.isKnown() || !isInView(owner) || (tick + slot.number) % TICKS_PER_WANT == 0) {
      read(slot);
    }
  }

  private boolean isInView(String incarnation) {
    return parts.membership().view().nodes().stream().anyMatch(node -> node.incarnation().equals(incarnation));
  }

  private void read(SlotCustody slot) {
    if (!slot.isIdle()) {
      return;
    }
    slot.reading = true;
    CustodyTable rows = parts.tables().custody();
    loop.when(slot.unsettled ? rows.readSettled(slot.number) : rows.read(slot.number), (row, failure) -> {
      slot.reading = false;
      if (failure == null && !isOver()) {
        found(slot, row);
      }
    });
  }

  private void found(SlotCustody slot, Optional<SlotOwnerRow> row) {
    slot.found(row);
    String owner = slot.seenOwner();
    served.named(slot.number, owner.equals(self) ? "" : owner);
    if (owner.equals(self)) {
      // An epoch that was offered is never served again, whatever became of the offer.
      if (row.get().getEpoch() > slot.offered) {
        serve(slot, row.get().getEpoch());
      }
    } else if (isMine(slot) && state == State.OPEN) {
      if (owner.isEmpty() || predecessors.isReplayed(owner)) {
        take(slot, row);
      } else {
        predecessors.consider(owner);
      }
    }
  }

  private void take(SlotCustody slot, Optional<SlotOwnerRow> row) {
    slot.phase = SlotCustody.Phase.CHANGING;
    long epoch = row.map(SlotOwnerRow::getEpoch).orElse(0L) + 1;
    SlotOwnerRow next = SlotOwnerRow.newBuilder().setIncarnation(self).setEpoch(epoch).build();
    changes.add(slot.number, () -> loop.when(parts.tables().custody().change(slot.number, row, next), (changed, failure) -> {
      slot.phase = SlotCustody.Phase.IDLE;
      if (failure != null) {
        slot.unsettle(row, failure);
      } else if (changed) {
        serve(slot, epoch);
      } else {
        slot.forget();
      }
      changes.ended();
    }));
  }

  private void serve(SlotCustody slot, long epoch) {
    slot.phase = SlotCustody.Phase.SERVED;
    slot.forget();
    served.serve(slot.number, epoch);
  }

  private void leave() {
    state = State.LEFT;
    subscription.close();
    loop.when(parts.journal().leave(), (sealed, failure) -> mark(new Pace()));
  }

  private void mark(Pace pace) {
    loop.when(parts.tables().incarnations().markReplayed(self), (marked, failure) -> {
      if (failure == null) {
        left.complete(null);
      } else if (!Failures.isClosed(failure)) {
        loop.after(pace.pause(), () -> mark(pace));
      }
    });
  }

  /// Looks at nothing any more. Any thread.
  void close() {
    loop.execute(() -> {
      if (state == State.OPEN || state == State.DRAINING) {
        subscription.close();
      }
      state = State.LEFT;
    });
  }
}
