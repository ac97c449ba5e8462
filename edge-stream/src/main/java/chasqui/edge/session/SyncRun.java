package chasqui.edge.session;

import chasqui.mailbox.v1.ListMemberships;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.ReadMarks;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// One comparison of a user's conversations with their owners: pages of marks (or of all memberships), the position of
/// each conversation, and then the wait until what was missed is sent, acked and stored. Paced: only so many
/// conversations are open at a time.
final class SyncRun {

  /// What is asked for the list of conversations: days as since the Unix epoch; `fromDay` 0 asks for all memberships.
  record Source(int fromDay, int toDay) {
    static final Source MEMBERSHIPS = new Source(0, 0);
  }

  private final SessionContext session;
  private final PositionOpener opener;
  private final BooleanSupplier room;
  private final Source source;
  private final long startedMicros;
  private final Backoff backoff;
  private final ArrayDeque<String> toOpen = new ArrayDeque<>();
  private final Set<String> opening = new HashSet<>();
  private String pageToken = "";
  private boolean lastPageRead;
  private boolean pageAsked;
  private int unsent;
  private int unsaved;
  private int missed;

  SyncRun(SessionContext session, PositionOpener opener, BooleanSupplier room, Source source, long startedMicros) {
    this.session = session;
    this.opener = opener;
    this.room = room;
    this.source = source;
    this.startedMicros = startedMicros;
    this.backoff = session.backoff();
  }

  /// Goes on as far as the pace allows.
  void advance(long nowMillis) {
    int openMax = session.limits().sync().openMax();
    while (!toOpen.isEmpty() && opening.size() + unsent < openMax && room.getAsBoolean() && backoff.ready(nowMillis)) {
      String next = toOpen.poll();
      if (opening.add(next)) {
        opener.want(next);
      }
    }
    if (toOpen.isEmpty() && !lastPageRead && !pageAsked && opening.size() + unsent < openMax && backoff.ready(nowMillis)) {
      askPage(nowMillis);
    }
  }

  /// Everything that was missed when this began has been sent.
  boolean isSent() {
    return lastPageRead && toOpen.isEmpty() && opening.isEmpty() && unsent == 0;
  }

  /// And all of it is acked, and those cursors are stored.
  boolean isStored() {
    return isSent() && unsaved == 0;
  }

  int missed() {
    return missed;
  }

  long startedMicros() {
    return startedMicros;
  }

  /// A position came.
  ///
  /// @param track null where there is nothing to send and nothing to store
  void opened(String conversationId, ConversationTrack track) {
    if (opening.remove(conversationId) && track != null) {
      cover(track);
    }
  }

  /// There was no room for its track; it is opened again, after a while.
  void retry(String conversationId, long nowMillis) {
    if (opening.remove(conversationId)) {
      backoff.failed(nowMillis);
      toOpen.add(conversationId);
    }
  }

  void reopened(ConversationTrack track) {
    if (track.syncTarget == 0) {
      return;
    }
    // Its new head is not known yet; the position that is being asked for tells it.
    leave(track);
    opening.add(track.conversationId);
  }

  void settled(ConversationTrack track) {
    if (track.syncTarget == 0) {
      return;
    }
    if (!track.syncSent && track.sent >= track.syncTarget && track.answer == null) {
      track.syncSent = true;
      unsent--;
    }
    if (track.syncSent && track.acked >= track.syncTarget && !track.dirty) {
      leave(track);
    }
  }

  /// No longer waits for a track.
  void leave(ConversationTrack track) {
    if (track.syncTarget == 0) {
      return;
    }
    unsent -= track.syncSent ? 0 : 1;
    unsaved--;
    track.syncTarget = 0;
    track.syncSent = false;
  }

  /// The conversation is no more.
  void dropped(ConversationTrack track) {
    leave(track);
    opening.remove(track.conversationId);
  }

  private void cover(ConversationTrack track) {
    boolean isBehind = track.sent < track.head || track.answer != null;
    if (track.syncTarget != 0 || (!isBehind && track.acked >= track.head && !track.dirty)) {
      return;
    }
    track.syncTarget = track.head;
    track.syncSent = false;
    unsent++;
    unsaved++;
    missed += isBehind ? 1 : 0;
  }

  private void askPage(long nowMillis) {
    int pageSize = session.limits().sync().pageSize();
    MailboxRequest.Builder request = MailboxRequest.newBuilder();
    if (source == Source.MEMBERSHIPS) {
      request.setListMemberships(ListMemberships.newBuilder().setPageToken(pageToken).setPageSize(pageSize));
    } else {
      request.setReadMarks(ReadMarks.newBuilder()
          .setFromDay(source.fromDay())
          .setToDay(source.toDay())
          .setPageToken(pageToken)
          .setPageSize(pageSize));
    }
    pageAsked = true;
    if (session.ask(request, this::pageRead) != RouterPort.Taken.TAKEN) {
      pageAsked = false;
      backoff.failed(nowMillis);
    }
  }

  private void pageRead(MailboxResponse response, long nowMillis) {
    pageAsked = false;
    switch (response.getOutcomeCase()) {
      case MARKS -> page(response.getMarks().getConversationIdsList(), response.getMarks().getNextPageToken());
      case MEMBERSHIPS ->
          page(response.getMemberships().getConversationIdsList(), response.getMemberships().getNextPageToken());
      default -> backoff.failed(nowMillis);
    }
  }

  private void page(List<String> conversationIds, String nextPageToken) {
    backoff.worked();
    toOpen.addAll(conversationIds);
    pageToken = nextPageToken;
    lastPageRead = nextPageToken.isEmpty();
  }
}
