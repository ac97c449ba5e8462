package chasqui.edge.session;

import chasqui.edge.budget.Budgets;
import java.util.LinkedHashMap;
import java.util.Map;

/// Keeps the order in which a device wrote: what it has sent to a conversation behind a send that was refused for want of
/// budget, perhaps without knowing of the refusal, is refused as well until that one was sent again. A device that never
/// does is held back for some seconds.
///
/// Of at most 64 conversations; beyond, the eldest is forgotten, and with it this order.
final class HeldBack {

  private static final int CONVERSATIONS_MAX = 64;
  // Above the time that frames take which were sent before the refusal came.
  private static final long GRACE_MILLIS = 5_000;

  private record Refused(long counter, long againMillis) {}

  // By conversation; null while nothing was ever refused.
  private Map<String, Refused> refused;

  /// How long a send has to wait, in milliseconds; 0 where it may go.
  long pause(String conversationId, long counter, long nowMillis) {
    Refused first = refused == null ? null : refused.get(conversationId);
    if (first == null) {
      return 0;
    }
    if (counter > first.counter && nowMillis < first.againMillis + GRACE_MILLIS) {
      return Math.max(Budgets.PAUSE_MIN_MILLIS, first.againMillis - nowMillis);
    }
    if (counter >= first.counter) {
      refused.remove(conversationId);
    }
    return 0;
  }

  /// A send was refused for so long.
  void refused(String conversationId, long counter, long pauseMillis, long nowMillis) {
    if (refused == null) {
      refused = new LinkedHashMap<>(4);
    }
    Refused before = refused.get(conversationId);
    if (before == null || counter <= before.counter) {
      if (before == null && refused.size() >= CONVERSATIONS_MAX) {
        refused.remove(refused.keySet().iterator().next());
      }
      refused.put(conversationId, new Refused(counter, nowMillis + pauseMillis));
    }
  }
}
