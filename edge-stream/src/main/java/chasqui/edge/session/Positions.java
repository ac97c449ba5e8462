package chasqui.edge.session;

import chasqui.mailbox.v1.OpenPosition;
import java.util.List;

/// Opens conversations: what the owner says of a position becomes a track, or is compared with the one that is there.
final class Positions implements PositionOpener.Opened {

  private final SessionContext session;
  private final ConversationTracks tracks;
  private final HeadFollower follower;
  private final Payloads payloads;
  private final CursorFlush cursors;
  private final Syncs syncs;
  private final ReceiptDesk receipts;
  private final PositionOpener opener;
  private final FirstSight firstSight;

  Positions(
      SessionContext session, ConversationTracks tracks, HeadFollower follower, Payloads payloads, CursorFlush cursors,
      Told told) {
    this.session = session;
    this.tracks = tracks;
    this.follower = follower;
    this.payloads = payloads;
    this.cursors = cursors;
    this.syncs = told.syncs;
    this.receipts = told.receipts;
    this.opener = new PositionOpener(session, this);
    this.firstSight = new FirstSight(session, this);
  }

  /// Who else is told of a position.
  record Told(Syncs syncs, ReceiptDesk receipts) {}

  FirstSight firstSight() {
    return firstSight;
  }

  PositionOpener opener() {
    return opener;
  }

  /// A new track whose position is asked for; null where there are too many, so that all are compared later.
  ConversationTrack open(String conversationId, long nowMillis) {
    ConversationTrack track = tracks.create(conversationId);
    if (track == null) {
      session.metrics().odd(SessionMetrics.Oddity.TRACKS_FULL);
      syncs.compareSoon(nowMillis);
      return null;
    }
    opener.want(conversationId);
    return track;
  }

  /// The conversation is of a newer generation: positions of the older one mean nothing.
  void reopen(ConversationTrack track, long generation) {
    track.generation = generation;
    track.sent = 0;
    track.acked = 0;
    track.head = 0;
    track.asked = 0;
    track.saved = 0;
    track.dirty = false;
    track.begun = false;
    syncs.reopened(track);
    follower.reset(track);
    opener.want(track.conversationId);
  }

  /// The user may not know of the conversation.
  void forget(ConversationTrack track) {
    syncs.dropped(track);
    follower.drop(track);
  }

  /// Until the answer came the track is not forgotten: what the owner says may be older than what happened here since,
  /// and without the track it would be taken for where the device stands.
  @Override
  public void asked(String conversationId) {
    ConversationTrack track = tracks.get(conversationId);
    if (track != null) {
      track.awaited = true;
      follower.settle(track);
    }
  }

  @Override
  public void opened(String conversationId, OpenPosition position, long nowMillis) {
    ConversationTrack track = tracks.get(conversationId);
    if (position == null) {
      opener.taken(conversationId);
      if (track != null) {
        forget(track);
      }
      syncs.opened(conversationId, null);
      return;
    }
    receipts.opened(position, nowMillis);
    boolean isFirstSeen = syncs.isFirst() && !position.getHasCursor();
    if ((isFirstSeen || isRewoundOnly(position)) && (track == null || track.opening)) {
      firstSight.look(position, nowMillis);
      return;
    }
    place(position, position.getAcked(), null, nowMillis);
  }

  /// The device may show what a restore took away, and no delivery would tell it: the head does.
  private static boolean isRewoundOnly(OpenPosition position) {
    return position.getRewound() && position.getAcked() >= position.getHead();
  }

  /// Takes a position in.
  ///
  /// @param acked everything up to here needs no delivery
  /// @param head a head to be told before anything is delivered, or null
  void place(OpenPosition position, long acked, Span head, long nowMillis) {
    String conversationId = position.getConversationId();
    ConversationTrack track = tracks.get(conversationId);
    opener.taken(conversationId);
    if (track != null) {
      track.awaited = false;
    }
    long covered = Math.max(acked, Math.min(cursors.pending(conversationId, position.getGeneration()), position.getHead()));
    if (track == null) {
      if (head == null && covered >= position.getHead()) {
        syncs.opened(conversationId, null);
        return;
      }
      track = tracks.create(conversationId);
      if (track == null) {
        session.metrics().odd(SessionMetrics.Oddity.TRACKS_FULL);
        syncs.retry(conversationId, nowMillis);
        return;
      }
    }
    if (position.getGeneration() < track.generation) {
      opener.again(List.of(conversationId), nowMillis);
      return;
    }
    if (track.opening) {
      begin(track, position, covered, nowMillis);
      track.answer = head;
    } else if (position.getGeneration() > track.generation) {
      reopen(track, position.getGeneration());
      return;
    } else {
      follower.head(track, position.getHead());
      follower.acked(track, Math.min(covered, track.head));
      track.asked = Math.max(track.asked, track.acked);
      track.saved = Math.max(track.saved, Math.min(position.getAcked(), track.asked));
    }
    syncs.opened(conversationId, track);
    follower.settle(track);
  }

  private void begin(ConversationTrack track, OpenPosition position, long covered, long nowMillis) {
    if (track.generation != position.getGeneration()) {
      // What was pushed belongs to an older generation, or none was told yet.
      if (track.generation != 0) {
        payloads.drop(track);
        track.head = 0;
      }
      track.generation = position.getGeneration();
    }
    track.opening = false;
    track.acked = covered;
    track.sent = covered;
    track.asked = covered;
    track.saved = Math.min(position.getAcked(), covered);
    follower.head(track, Math.max(position.getHead(), covered));
    cursors.adopt(track, nowMillis);
  }
}
