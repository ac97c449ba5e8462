package chasqui.edge.session;

import chasqui.edge.v1.Presence;
import chasqui.edge.v1.PresenceSubscription;
import chasqui.link.Allowance;
import chasqui.mailbox.v1.DeriveConversationId;
import chasqui.mailbox.v1.DescribeConversation;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// Presence on one stream: that the user is here, and whom the device is told of.
///
/// A user is told of to those who share a 1:1 conversation with them, and to nobody else. It is looked up at each
/// subscription: the id of that conversation is derived, and its owner asked in the name of this user. Of all others
/// nothing is ever told, as of one of whom nothing is known.
final class PresenceDesk {

  // As the schema has it.
  private static final int WATCHED_MAX = 200;
  // Questions about users under way at a time.
  private static final int JUDGED_MAX = 8;

  private final SessionContext session;
  private final PresencePort port;
  private final RegistryPort.Card card;
  private final Allowance subscriptions;
  private final EphemeralLane lane;
  // The newest subscription that did not have its turn; null where there is none.
  private PresenceSubscription next;
  private final Deque<String> unjudged = new ArrayDeque<>();
  // Of those in the newest list: who may be shown.
  private final Set<String> allowed = new LinkedHashSet<>();
  // What the device was told, to spare it repeats.
  private final Map<String, Boolean> told = new HashMap<>();
  // Raised by each subscription: an answer to an older one means nothing.
  private int round;
  private int asking;
  // Somebody is allowed who is not watched yet.
  private boolean grown;
  private boolean watching;
  private long retryMillis;

  PresenceDesk(SessionContext session, PresencePort port, RegistryPort.Card card, long nowMillis) {
    SessionLimits.Ephemeral limits = session.limits().ephemeral();
    int perMinute = limits.subscriptionsPerMinute();
    this.session = session;
    this.port = port;
    this.card = card;
    this.retryMillis = nowMillis;
    this.subscriptions = new Allowance(perMinute / 60e3, perMinute, nowMillis);
    // The newest state of a user never grows old.
    this.lane = new EphemeralLane(session, WATCHED_MAX, Long.MAX_VALUE / 2, limits.writtenPerSecond(), nowMillis);
  }

  /// The session stands.
  void begin() {
    port.here(card);
  }

  void end(long silentMillis) {
    if (watching) {
      port.watch(card.sessionId(), Set.of());
    }
    port.left(card, silentMillis);
  }

  /// A list that comes too soon after others has its turn later; only the newest does.
  void subscribed(PresenceSubscription subscription) {
    next = subscription;
  }

  void told(SessionEvent.Told event, long nowMillis) {
    Presence presence = event.frame().getPresence();
    Boolean before = told.get(presence.getUserId());
    boolean isNew = before == null || before != presence.getOnline();
    if (isNew && allowed.contains(presence.getUserId()) && lane.told(event, nowMillis)) {
      told.put(presence.getUserId(), presence.getOnline());
    }
  }

  void pump(long nowMillis) {
    if (next != null && subscriptions.take(nowMillis)) {
      begin(next);
      next = null;
    }
    while (!unjudged.isEmpty() && asking < JUDGED_MAX && nowMillis - retryMillis >= 0) {
      if (!derive(unjudged.peek(), nowMillis)) {
        break;
      }
      unjudged.remove();
    }
    if (grown && asking == 0) {
      watch();
    }
    lane.pump(nowMillis);
  }

  private void begin(PresenceSubscription subscription) {
    round++;
    Set<String> wanted = new LinkedHashSet<>();
    subscription.getUserIdsList().stream().limit(WATCHED_MAX).forEach(wanted::add);
    wanted.remove(card.userId());
    unjudged.clear();
    // Judged anew, so that a conversation that came or went since counts.
    unjudged.addAll(wanted);
    if (allowed.retainAll(wanted)) {
      shrunk();
    }
  }

  /// Who may not be shown any more is told of no more from now on, and anew once that changes again: the port tells
  /// whenever a watch begins.
  private void shrunk() {
    told.keySet().retainAll(allowed);
    lane.retain(allowed);
    watch();
  }

  private void watch() {
    grown = false;
    watching = !allowed.isEmpty();
    port.watch(card.sessionId(), new LinkedHashSet<>(allowed));
  }

  /// Asks for the id of the conversation with a user; false where nothing can be asked now.
  private boolean derive(String userId, long nowMillis) {
    int asked = round;
    return ask(nowMillis,
        MailboxRequest.newBuilder().setDeriveConversationId(DeriveConversationId.newBuilder().setPeerUserId(userId)),
        (response, now) -> {
          if (asked == round && response.hasConversationIdDerived()) {
            describe(userId, response.getConversationIdDerived().getConversationId(), now);
          } else if (asked == round) {
            judged(userId, response, false, now);
          }
        });
  }

  private void describe(String userId, String conversationId, long nowMillis) {
    int asked = round;
    boolean taken = ask(nowMillis,
        MailboxRequest.newBuilder().setDescribeConversation(
            DescribeConversation.newBuilder().setConversationId(conversationId)),
        (response, now) -> {
          if (asked == round) {
            judged(userId, response, response.hasConversation(), now);
          }
        });
    if (!taken) {
      unjudged.add(userId);
    }
  }

  private boolean ask(long nowMillis, MailboxRequest.Builder request, RouterPort.Answer answer) {
    boolean taken = session.ask(request, (response, now) -> {
      asking--;
      answer.answered(response, now);
    }) == RouterPort.Taken.TAKEN;
    if (taken) {
      asking++;
    } else {
      retryLater(nowMillis);
    }
    return taken;
  }

  private void judged(String userId, MailboxResponse response, boolean isAllowed, long nowMillis) {
    if (Refusals.isRefused(response) && Refusals.isPassing(response)) {
      unjudged.add(userId);
      retryLater(nowMillis);
    } else if (isAllowed) {
      grown |= allowed.add(userId);
    } else if (allowed.remove(userId)) {
      shrunk();
    }
  }

  private void retryLater(long nowMillis) {
    retryMillis = nowMillis + session.limits().timing().retryMax().toMillis();
  }
}
