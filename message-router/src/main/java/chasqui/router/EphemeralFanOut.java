package chasqui.router;

import chasqui.link.Link.Offer;
import chasqui.router.v1.FromRouterItem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;

/// Brings what may be dropped to the sessions of users: those in the cache at once, the others once they are looked up.
/// Guarded by the core's lock.
final class EphemeralFanOut {

  /// What is brought.
  ///
  /// @param copy makes the copy for these sessions of one edge
  /// @param told counts sessions named in copies
  /// @param dropped counts what was dropped, by cause
  record Word(Function<List<Long>, FromRouterItem> copy, LongAdder told, Consumer<String> dropped) {}

  private final RouterConfig.Typing config;
  private final RouterOutbound out;
  private final CoreClock clock;
  private final SessionCache sessions;
  private final Lookups lookups;
  // Users who were nowhere, and until when that is not asked again. For messages it is never remembered.
  private final Map<String, Long> absent = new LinkedHashMap<>();

  EphemeralFanOut(RouterConfig config, RouterOutbound out, CoreClock clock, SessionCache sessions, Lookups lookups) {
    this.config = config.typing();
    this.out = out;
    this.clock = clock;
    this.sessions = sessions;
    this.lookups = lookups;
  }

  /// Tells the others of these users.
  void tellOthers(String[] users, String except, Word word) {
    List<CachedSessions> known = new ArrayList<>(users.length);
    for (String user : users) {
      if (!user.equals(except)) {
        gather(user, word, known);
      }
    }
    send(word, known);
  }

  /// Tells one user.
  void tell(String user, Word word) {
    List<CachedSessions> known = new ArrayList<>(1);
    gather(user, word, known);
    send(word, known);
  }

  private void gather(String user, Word word, List<CachedSessions> known) {
    CachedSessions found = sessions.get(user);
    if (found != null) {
      known.add(found);
    } else if (!isAbsent(user)) {
      lookUp(user, word);
    }
  }

  private boolean isAbsent(String user) {
    Long until = absent.get(user);
    return until != null && clock.nowNanos - until < 0;
  }

  private void lookUp(String user, Word word) {
    boolean asked = lookups.tellOnceKnown(user, found -> {
      if (found != null) {
        send(word, List.of(found));
        return;
      }
      absent.remove(user);
      absent.put(user, clock.nowNanos + config.repeat().toNanos());
      if (absent.size() > config.conversationsMax()) {
        absent.remove(absent.keySet().iterator().next());
      }
    });
    if (!asked) {
      word.dropped.accept("lookups_full");
    }
  }

  private void send(Word word, List<CachedSessions> users) {
    Map<EdgeTarget, List<Long>> copies = new LinkedHashMap<>(4);
    for (CachedSessions found : users) {
      for (int i = 0; i < found.sessionIds.length; i++) {
        copies.computeIfAbsent(found.edges[i], edge -> new ArrayList<>(4)).add(found.sessionIds[i]);
      }
    }
    copies.forEach((edge, sessionIds) -> {
      Offer offer = edge.link == EdgeTarget.NO_LINK ? Offer.CLOSED : out.ephemeral(edge.link, word.copy.apply(sessionIds));
      if (offer == Offer.ACCEPTED) {
        word.told.add(sessionIds.size());
      } else {
        word.dropped.accept("edge_link");
      }
    });
  }
}
