package chasqui.mailbox;

import chasqui.log.v1.ConversationKind;
import chasqui.mailbox.store.StoredConversation;
import chasqui.mailbox.store.WatermarkStore.Watermark;
import chasqui.store.v1.ConversationRow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the owner knows of one conversation: what is committed, and the tip, which includes what is queued. Decisions are
/// made on the tip; readers see what is committed.
///
/// Loaded from the store before its first use. After a commit that did not happen for certain it is not repaired but
/// dropped and loaded again, so that memory never claims what the store does not hold.
final class ConversationState {

  // What an interval, a counter or a watermark weighs beside the state itself: eight of them about as much.
  private static final int PARTS_PER_WEIGHT = 8;

  final String id;
  final Roster roster = new Roster();
  final Map<Counter.Key, Counter> counters = new HashMap<>();
  /// True if no counter is stored that is not in memory: the conversation did not exist when it was loaded.
  final boolean countersComplete;

  // Committed.
  long head;
  long stampMicros;
  String title = "";
  long rosterSeq;
  List<Long> pins = List.of();
  long messages;

  // The tip.
  ConversationKind kind = ConversationKind.CONVERSATION_KIND_UNSPECIFIED;
  long generation;
  long tipHead;
  long tipStampMicros;
  String tipTitle = "";
  long tipRosterSeq;
  long tipMessages;
  /// The messages that are pinned, in the order of pinning. Never changed, only replaced.
  List<Long> tipPins = List.of();
  /// The last day on which every member has a mark; -1 after a load, so that marks are written again.
  int markedDay = -1;

  /// Entries that wait for a commit, ascending.
  final ArrayDeque<PendingEntry> queue = new ArrayDeque<>(4);
  /// Entries of the commit under way, ascending.
  final List<PendingEntry> inFlight = new ArrayList<>(4);
  /// What is stored of users' watermarks, as far as it was asked for.
  final Map<String, Watermark> watermarks = new HashMap<>(4);
  /// Ids that are being looked up in the store.
  final List<IdLookup> lookups = new ArrayList<>(0);
  /// Messages with a change that waits, for the store or for a commit, by `seq`.
  final Map<Long, Target> targets = new HashMap<>(0);
  /// How much may be appended now.
  final ConversationBudgets.Left budgets = new ConversationBudgets.Left();
  /// Asks that are open and hold this state.
  int holders;
  /// True once this is not the state of the conversation any more; whoever holds it asks again.
  boolean dropped;
  /// True once a bug may have left it half changed: it is dropped as soon as no commit of it is under way.
  boolean distrusted;
  /// What the cache counts for it.
  int countedWeight;

  /// @param firstGeneration the generation of a conversation that begins now
  ConversationState(String id, Optional<StoredConversation> stored, long firstGeneration) {
    this.id = id;
    this.generation = firstGeneration;
    this.countersComplete = stored.isEmpty();
    stored.ifPresent(this::load);
  }

  private void load(StoredConversation stored) {
    ConversationRow row = stored.row();
    kind = row.getKind();
    generation = row.getGeneration();
    head = row.getHead();
    stampMicros = row.getStampMicros();
    title = row.getTitle();
    rosterSeq = row.getRosterSeq();
    tipHead = head;
    tipStampMicros = stampMicros;
    tipTitle = title;
    tipRosterSeq = rosterSeq;
    messages = row.getMessageCount();
    tipMessages = messages;
    pins = List.copyOf(row.getPinnedSeqsList());
    tipPins = pins;
    roster.load(stored.memberships());
  }

  /// True if the conversation was created, queued entries included.
  boolean exists() {
    return tipHead > 0;
  }

  boolean isGroup() {
    return kind == ConversationKind.CONVERSATION_KIND_GROUP;
  }

  /// The newest `seq` that the user may know of: the committed head, clipped to the user's membership; 0 if the user may
  /// not know of the conversation.
  long clippedHead(String userId) {
    Membership membership = roster.newest(userId);
    Membership begun = membership == null ? null : membership.begunAt(head);
    return begun == null ? 0 : begun.endAt(head);
  }

  /// True if nothing would be lost by forgetting this state.
  boolean isIdle() {
    return holders == 0 && queue.isEmpty() && inFlight.isEmpty();
  }

  /// What it counts for in the cache; 1 for a small conversation.
  int weight() {
    return 1 + (roster.intervals() + counters.size() + watermarks.size()) / PARTS_PER_WEIGHT;
  }

  /// The queued or in-flight entry at this `seq`; null if there is none.
  PendingEntry pending(long seq) {
    if (seq <= head) {
      return null;
    }
    for (PendingEntry entry : inFlight) {
      if (entry.entry.getSeq() == seq) {
        return entry;
      }
    }
    for (PendingEntry entry : queue) {
      if (entry.entry.getSeq() == seq) {
        return entry;
      }
    }
    return null;
  }

  /// The queued or in-flight entry with this id; null if there is none. A scan: only a repeat comes here.
  PendingEntry pending(IdLookup.Id id) {
    for (PendingEntry entry : inFlight) {
      if (id.isOf(entry)) {
        return entry;
      }
    }
    for (PendingEntry entry : queue) {
      if (id.isOf(entry)) {
        return entry;
      }
    }
    return null;
  }
}
