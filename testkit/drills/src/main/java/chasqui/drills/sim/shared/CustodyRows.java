package chasqui.drills.sim.shared;

import chasqui.discovery.Slots;
import chasqui.mailbox.store.shared.JournalTable.JournalId;
import chasqui.store.v1.IncarnationRow;
import chasqui.store.v1.JournalRow;
import chasqui.store.v1.SlotOwnerRow;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Who serves each slot and which incarnations there are, and what must hold when these rows change.
final class CustodyRows {
  private record Term(int slot, SlotOwnerRow row) {}

  private final Slots slots;
  private final Journals journals;
  private final Audit audit;
  private final Happenings tally;
  private final NavigableMap<Integer, SlotOwnerRow> owners = new TreeMap<>();
  // Rows of before changes without an answer: a plain read may still find them.
  private final Map<Integer, Optional<SlotOwnerRow>> unlearned = new HashMap<>();
  private final Set<Term> terms = new HashSet<>();
  private final NavigableMap<String, IncarnationRow> incarnations = new TreeMap<>();

  CustodyRows(Slots slots, Journals journals, Audit audit, Happenings tally) {
    this.tally = tally;
    this.slots = slots;
    this.journals = journals;
    this.audit = audit;
  }

  /// A batch is about to count as committed: only the owner of its slots commits, and only if it is listed.
  void committing(JournalId journal, JournalRow row) {
    audit.expect(incarnations.containsKey(journal.incarnation()), "a commit of one who is not listed", journal);
    row.getBatch().getCommitsList().forEach(commit -> {
      int slot = slots.of(commit.getConversationId());
      SlotOwnerRow owner = owners.get(slot);
      audit.expect(owner != null && owner.getIncarnation().equals(journal.incarnation()),
          "a commit to slot " + slot + ", which is of " + (owner == null ? "nobody" : owner.getIncarnation()), journal);
    });
  }

  private Optional<SlotOwnerRow> owner(int slot) {
    return Optional.ofNullable(owners.get(slot));
  }

  /// A plain read: a change that was not answered is seen, or is not.
  ///
  /// @param lucky whether it sees it
  Optional<SlotOwnerRow> seen(int slot, boolean lucky) {
    if (lucky || !unlearned.containsKey(slot)) {
      return owner(slot);
    }
    tally.count("rows of before seen");
    return unlearned.get(slot);
  }

  /// A read by Paxos: everybody sees the same from here on.
  Optional<SlotOwnerRow> settled(int slot) {
    unlearned.remove(slot);
    return owner(slot);
  }

  /// The change to that row was answered.
  void answered(int slot, SlotOwnerRow row) {
    if (owner(slot).equals(Optional.of(row))) {
      unlearned.remove(slot);
    }
  }

  /// @param by the incarnation that asks for it
  boolean change(int slot, Optional<SlotOwnerRow> expected, SlotOwnerRow next, String by) {
    if (!settled(slot).equals(expected)) {
      return false;
    }
    audit.expect(next.getEpoch() == expected.map(SlotOwnerRow::getEpoch).orElse(0L) + 1,
        "the epoch of slot " + slot + " becomes " + next.getEpoch(), expected);
    expected.map(SlotOwnerRow::getIncarnation).ifPresent(before -> {
      if (before.equals(by)) {
        tally.count("slots handed over");
        handOver(slot, before);
      } else {
        tally.count("slots taken over");
        audit.expect(isReplayed(before), "slot " + slot + " is taken by " + by + " from one who is not replayed", before);
      }
    });
    owners.put(slot, next);
    unlearned.put(slot, expected);
    terms.add(new Term(slot, next));
    return true;
  }

  boolean hasOwned(int slot, String incarnation, long epoch) {
    return terms.contains(
        new Term(slot, SlotOwnerRow.newBuilder().setIncarnation(incarnation).setEpoch(epoch).build()));
  }

  /// What the owner committed of the slot has to be applied before it lets go.
  private void handOver(int slot, String owner) {
    int stripes = incarnations.get(owner).getStripes();
    JournalId journal = new JournalId(owner, slot % stripes);
    journals.rows(journal).tailMap(journals.marks(journal).applied(), false).forEach((number, row) -> {
      boolean concerns = row.getBatch().getCommitsList().stream()
          .anyMatch(commit -> slots.of(commit.getConversationId()) == slot);
      audit.expect(!concerns || journals.isApplied(row),
          "slot " + slot + " is handed over, and place " + number + " is not applied", journal);
    });
  }

  void add(IncarnationRow row) {
    IncarnationRow before = incarnations.putIfAbsent(row.getIncarnation(), row);
    audit.expect(before == null || before.getStripes() == row.getStripes(), "listed as another", row.getIncarnation());
  }

  NavigableMap<String, IncarnationRow> incarnations() {
    return incarnations;
  }

  boolean isReplayed(String incarnation) {
    IncarnationRow row = incarnations.get(incarnation);
    return row != null && row.getReplayed();
  }

  void markReplayed(String incarnation) {
    IncarnationRow row = incarnations.get(incarnation);
    if (row == null) {
      audit.expect(false, "replayed, and never listed", incarnation);
      return;
    }
    for (int stripe = 0; stripe < row.getStripes(); stripe++) {
      JournalId journal = new JournalId(incarnation, stripe);
      audit.expect(journals.sealOf(journal).isPresent(), "marked as replayed without a seal", journal);
      journals.rows(journal).forEach((number, placed) -> audit.expect(
          journals.isApplied(placed), "marked as replayed, and place " + number + " is not applied", journal));
    }
    tally.count(row.getReplayed() ? "incarnations marked replayed again" : "incarnations marked replayed");
    incarnations.put(incarnation, row.toBuilder().setReplayed(true).build());
  }
}
