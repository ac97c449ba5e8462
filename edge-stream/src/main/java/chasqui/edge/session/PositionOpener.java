package chasqui.edge.session;

import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.OpenPosition;
import chasqui.mailbox.v1.OpenPositions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Asks owners where the device stands: what is wanted within one event goes out together, one request per slot.
final class PositionOpener {

  /// Ids of one request at most, as the mailbox takes them.
  static final int IDS_MAX = 100;

  /// Takes what an owner said.
  interface Opened {
    /// A position is being asked for.
    void asked(String conversationId);

    /// @param position null where the user may not know of the conversation
    void opened(String conversationId, OpenPosition position, long nowMillis);
  }

  private final SessionContext session;
  private final Opened opened;
  private final Backoff backoff;
  // Bounded by the tracks that are opening and the sync's own bound. Null while nothing was ever wanted.
  private LinkedHashSet<String> wanted;
  // Asked for, until it is taken in: a second answer could be older than what happened after the first. As bounded as
  // what is wanted; null while nothing was ever asked.
  private Set<String> asking;

  PositionOpener(SessionContext session, Opened opened) {
    this.session = session;
    this.opened = opened;
    this.backoff = session.backoff();
  }

  /// Wants a position; asked for at the next flush, unless it is being asked for already.
  void want(String conversationId) {
    if (asking != null && asking.contains(conversationId)) {
      return;
    }
    if (wanted == null) {
      wanted = new LinkedHashSet<>(4);
    }
    wanted.add(conversationId);
  }

  /// Asks for what is wanted, unless owners refused a moment ago.
  void flush(long nowMillis) {
    if (wanted == null || wanted.isEmpty() || !backoff.ready(nowMillis)) {
      return;
    }
    LinkedHashSet<String> now = wanted;
    wanted = null;
    for (List<String> ids : bySlot(now)) {
      for (int from = 0; from < ids.size(); from += IDS_MAX) {
        ask(ids.subList(from, Math.min(ids.size(), from + IDS_MAX)), nowMillis);
      }
    }
  }

  private Iterable<List<String>> bySlot(Set<String> ids) {
    if (ids.size() == 1) {
      return List.of(List.copyOf(ids));
    }
    Map<Integer, List<String>> slots = new LinkedHashMap<>();
    for (String id : ids) {
      slots.computeIfAbsent(session.slotOf(id), slot -> new ArrayList<>()).add(id);
    }
    return slots.values();
  }

  private void ask(List<String> ids, long nowMillis) {
    RouterPort.Taken taken = session.ask(
        MailboxRequest.newBuilder().setOpenPositions(OpenPositions.newBuilder().addAllConversationIds(ids)),
        (response, now) -> answered(ids, response, now));
    if (taken != RouterPort.Taken.TAKEN) {
      again(ids, nowMillis);
      return;
    }
    if (asking == null) {
      asking = new HashSet<>(4);
    }
    asking.addAll(ids);
    ids.forEach(opened::asked);
  }

  /// The answer was taken in.
  void taken(String conversationId) {
    if (asking != null) {
      asking.remove(conversationId);
    }
  }

  private void answered(List<String> ids, MailboxResponse response, long nowMillis) {
    if (Refusals.isRefused(response) && Refusals.isPassing(response)) {
      again(ids, nowMillis);
      return;
    }
    backoff.worked();
    Map<String, OpenPosition> positions = new LinkedHashMap<>();
    response.getPositions().getPositionsList().forEach(position -> positions.put(position.getConversationId(), position));
    ids.forEach(id -> opened.opened(id, positions.get(id), nowMillis));
  }

  /// Asks once more, after a while.
  void again(List<String> ids, long nowMillis) {
    backoff.failed(nowMillis);
    ids.forEach(this::taken);
    ids.forEach(this::want);
  }
}
