package chasqui.router;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/// The rosters of conversations of late, bounded by their members. Guarded by the core's lock.
final class RosterCache {

  private final int membersMax;
  // In the order of their use.
  private final Map<String, CachedRoster> byConversation = new LinkedHashMap<>(16, 0.75f, true);
  private long weight;

  RosterCache(RouterConfig config) {
    this.membersMax = config.caches().membersMax();
  }

  CachedRoster get(String conversationId) {
    return byConversation.get(conversationId);
  }

  void put(CachedRoster roster) {
    CachedRoster before = byConversation.put(roster.conversationId, roster);
    weight += roster.weight() - (before == null ? 0 : before.weight());
    Iterator<CachedRoster> eldest = byConversation.values().iterator();
    // The newest stays, however large: it is about to be used.
    while (weight > membersMax && byConversation.size() > 1) {
      weight -= eldest.next().weight();
      eldest.remove();
    }
  }

  long weight() {
    return weight;
  }
}
