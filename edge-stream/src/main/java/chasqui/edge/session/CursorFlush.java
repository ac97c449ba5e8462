package chasqui.edge.session;

import chasqui.edge.v1.Position;
import chasqui.mailbox.v1.CursorUpdate;
import chasqui.mailbox.v1.CursorsSaved;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.SaveCursors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Stores what was acked: gathered for a while, one request per slot, and once more at the end of the stream.
///
/// Only what the device acked is ever stored. A cursor counts as stored when its owner said so.
final class CursorFlush {

  static final int CURSORS_MAX = 100;

  private final SessionContext session;
  private final HeadFollower follower;
  private final long delayMillis;
  private List<ConversationTrack> dirty = List.of();
  private Map<String, CursorUpdate> untracked = Map.of();
  private long dueMillis = Long.MAX_VALUE;

  CursorFlush(SessionContext session, HeadFollower follower) {
    this.session = session;
    this.follower = follower;
    this.delayMillis = session.limits().timing().cursorFlush().toMillis();
  }

  /// A track was acked beyond what is stored.
  void dirty(ConversationTrack track, long nowMillis) {
    if (!track.dirty) {
      track.dirty = true;
      enlist(track, nowMillis);
    }
  }

  /// An ack for a conversation whose position is not known (yet).
  void untracked(Position position, long nowMillis) {
    CursorUpdate known = untracked.get(position.getConversationId());
    if (known == null && untracked.size() >= session.limits().inbound().cursorsMax()) {
      session.metrics().odd(SessionMetrics.Oddity.ACK_DROPPED);
      return;
    }
    if (known != null && (known.getGeneration() > position.getGeneration()
        || (known.getGeneration() == position.getGeneration() && known.getAcked() >= position.getSeq()))) {
      return;
    }
    if (untracked.isEmpty()) {
      untracked = new LinkedHashMap<>(4);
    }
    untracked.put(position.getConversationId(), CursorUpdate.newBuilder()
        .setConversationId(position.getConversationId())
        .setGeneration(position.getGeneration())
        .setAcked(position.getSeq())
        .build());
    due(nowMillis);
  }

  /// What was acked before the position was known; 0 for nothing.
  long pending(String conversationId, long generation) {
    CursorUpdate update = untracked.get(conversationId);
    return update == null || update.getGeneration() != generation ? 0 : update.getAcked();
  }

  /// The position is known now: its track takes over what was acked before.
  void adopt(ConversationTrack track, long nowMillis) {
    if (!untracked.isEmpty()) {
      untracked.remove(track.conversationId);
    }
    if (track.asked > track.saved) {
      dirty(track, nowMillis);
    }
  }

  /// Stores what has waited long enough.
  void tick(long nowMillis) {
    if (nowMillis >= dueMillis) {
      flush(nowMillis);
    }
  }

  /// Stores all that waits.
  void flush(long nowMillis) {
    dueMillis = Long.MAX_VALUE;
    List<ConversationTrack> tracks = dirty;
    Map<String, CursorUpdate> loose = untracked;
    dirty = List.of();
    untracked = Map.of();
    Map<Integer, Batch> slots = new LinkedHashMap<>();
    for (ConversationTrack track : tracks) {
      if (!track.dropped && track.dirty) {
        slots.computeIfAbsent(session.slotOf(track.conversationId), slot -> new Batch()).add(track);
      }
    }
    for (CursorUpdate update : loose.values()) {
      slots.computeIfAbsent(session.slotOf(update.getConversationId()), slot -> new Batch()).updates.add(update);
    }
    slots.values().forEach(batch -> batch.pages().forEach(page -> save(page, nowMillis)));
  }

  private void save(Batch batch, long nowMillis) {
    RouterPort.Taken taken = session.ask(
        MailboxRequest.newBuilder().setSaveCursors(SaveCursors.newBuilder().addAllCursors(batch.updates)),
        (response, now) -> answered(batch, response, now));
    if (taken != RouterPort.Taken.TAKEN) {
      again(batch, nowMillis);
    }
  }

  private void answered(Batch batch, MailboxResponse response, long nowMillis) {
    if (Refusals.isRefused(response) && Refusals.isPassing(response)) {
      again(batch, nowMillis);
      return;
    }
    CursorsSaved saved = response.getCursorsSaved();
    for (int i = 0; i < batch.tracks.size(); i++) {
      stored(batch.tracks.get(i), batch.updates.get(i), saved, nowMillis);
    }
  }

  private void stored(ConversationTrack track, CursorUpdate sent, CursorsSaved answer, long nowMillis) {
    if (track.dropped || !track.dirty || track.generation != sent.getGeneration()) {
      return;
    }
    long stored = answer.getCursorsList().stream()
        .filter(cursor -> cursor.getConversationId().equals(track.conversationId))
        .filter(cursor -> cursor.getGeneration() == sent.getGeneration())
        .mapToLong(CursorUpdate::getAcked).findFirst().orElse(sent.getAcked());
    follower.head(track, stored);
    follower.acked(track, stored);
    track.saved = Math.max(track.saved, stored);
    if (track.asked == sent.getAcked()) {
      // The owner may have clamped what was asked for; asking for it again would not help.
      track.asked = track.acked;
      track.dirty = false;
    } else {
      enlist(track, nowMillis);
    }
    follower.settle(track);
  }

  private void again(Batch batch, long nowMillis) {
    batch.tracks.stream().filter(track -> !track.dropped && track.dirty).forEach(track -> enlist(track, nowMillis));
    batch.updates.stream().skip(batch.tracks.size()).forEach(update -> untracked(
        Position.newBuilder()
            .setConversationId(update.getConversationId())
            .setGeneration(update.getGeneration())
            .setSeq(update.getAcked())
            .build(),
        nowMillis));
  }

  private void enlist(ConversationTrack track, long nowMillis) {
    if (dirty.isEmpty()) {
      dirty = new ArrayList<>(4);
    }
    dirty.add(track);
    due(nowMillis);
  }

  private void due(long nowMillis) {
    dueMillis = Math.min(dueMillis, nowMillis + delayMillis);
  }

  /// The cursors of one request: first those of tracks, in the order of `tracks`, then the others.
  private static final class Batch {
    final List<ConversationTrack> tracks = new ArrayList<>();
    final List<CursorUpdate> updates = new ArrayList<>();

    void add(ConversationTrack track) {
      tracks.add(track);
      updates.add(CursorUpdate.newBuilder()
          .setConversationId(track.conversationId)
          .setGeneration(track.generation)
          .setAcked(track.asked)
          .build());
    }

    List<Batch> pages() {
      if (updates.size() <= CURSORS_MAX) {
        return List.of(this);
      }
      List<Batch> pages = new ArrayList<>();
      for (int from = 0; from < updates.size(); from += CURSORS_MAX) {
        int to = Math.min(updates.size(), from + CURSORS_MAX);
        Batch page = new Batch();
        page.updates.addAll(updates.subList(from, to));
        page.tracks.addAll(tracks.subList(Math.min(from, tracks.size()), Math.min(to, tracks.size())));
        pages.add(page);
      }
      return pages;
    }
  }
}
