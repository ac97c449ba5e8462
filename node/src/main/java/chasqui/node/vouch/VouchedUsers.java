package chasqui.node.vouch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The users whose tokens were presented on one link, each until its token ends and a little longer, and what stands there
/// in their names. For the link's thread; the size may be read by any.
final class VouchedUsers {

  /// Users of one link; beyond, one more is not taken.
  static final int USERS_MAX = 200_000;
  /// What may stand in one user's name: far more than the devices that one may have online.
  static final int STANDING_MAX = 64;
  /// The last words of a stream that ends with its token come after that.
  static final Duration GRACE = Duration.ofSeconds(60);
  /// How often those are looked for whose time is over.
  static final Duration SWEEP = Duration.ofSeconds(10);

  private static final class Vouched {
    private long endMillis;
    // Of most users one.
    private Set<Long> sessions = Set.of();
  }

  private final int usersMax;
  private final Map<String, Vouched> users = new ConcurrentHashMap<>();
  // The end of the token that lasts longest.
  private long lastEndMillis = Long.MIN_VALUE;
  private long sweptMillis = Long.MIN_VALUE;

  VouchedUsers(int usersMax) {
    this.usersMax = usersMax;
  }

  /// A good token was presented; false where there is no room for its user.
  boolean vouch(String userId, long expiresSeconds) {
    Vouched known = users.get(userId);
    if (known == null) {
      if (isFull()) {
        return false;
      }
      known = new Vouched();
      users.put(userId, known);
    }
    // Another device's may end earlier.
    known.endMillis = Math.max(known.endMillis, Math.min(expiresSeconds, Long.MAX_VALUE / 2000) * 1000 + GRACE.toMillis());
    lastEndMillis = Math.max(lastEndMillis, known.endMillis);
    return true;
  }

  boolean holds(String userId, long nowMillis) {
    Vouched known = users.get(userId);
    return known != null && nowMillis < known.endMillis;
  }

  boolean holdsSomebody(long nowMillis) {
    return nowMillis < lastEndMillis;
  }

  boolean isFull() {
    return users.size() >= usersMax;
  }

  int size() {
    return users.size();
  }

  /// Something stands from now on in the name of a user who is held; false where there is too much.
  boolean stands(Standing session) {
    Vouched known = users.get(session.userId());
    if (known.sessions.contains(session.sessionId())) {
      return true;
    }
    if (known.sessions.size() >= STANDING_MAX) {
      return false;
    }
    Set<Long> more = new HashSet<>(known.sessions);
    more.add(session.sessionId());
    known.sessions = Set.copyOf(more);
    return true;
  }

  void takenBack(Standing session) {
    Vouched known = users.get(session.userId());
    if (known != null && known.sessions.contains(session.sessionId())) {
      Set<Long> fewer = new HashSet<>(known.sessions);
      fewer.remove(session.sessionId());
      known.sessions = Set.copyOf(fewer);
    }
  }

  /// Drops those whose time is over; what stood in their names has to be ended.
  List<Standing> expire(long nowMillis) {
    if (sweptMillis != Long.MIN_VALUE && nowMillis - sweptMillis < SWEEP.toMillis()) {
      return List.of();
    }
    sweptMillis = nowMillis;
    List<Standing> ended = new ArrayList<>();
    users.entrySet().removeIf(user -> {
      boolean over = nowMillis >= user.getValue().endMillis;
      if (over) {
        user.getValue().sessions.forEach(session -> ended.add(new Standing(user.getKey(), session)));
      }
      return over;
    });
    return ended;
  }
}
