package chasqui.edge.budget;

import chasqui.edge.SystemUser;
import chasqui.link.Allowance;
import chasqui.link.Allowances;
import chasqui.link.Rate;
import chasqui.mailbox.v1.Appended;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// The budgets of all who use this edge. Thread-safe. Times are milliseconds of one clock that only goes forward.
///
/// A method that may refuse answers null where the budget allows it; then it has taken what is known of the cost. The
/// rest is charged once it is known.
public final class Budgets {

  // What comes back sooner would find room for one, and the rest of it would be refused again.
  public static final long PAUSE_MIN_MILLIS = 250;

  /// What opening a stream takes of the budget of calls.
  static final int CALLS_PER_STREAM = 10;

  /// A person looks at one, and may have asked again.
  private static final int LISTS_AT_ONCE = 2;

  private final BudgetLimits limits;
  private final Map<Budget, Allowances> people = new EnumMap<>(Budget.class);
  private final Map<Budget, Allowances> services = new EnumMap<>(Budget.class);
  private final Map<String, Integer> lists = new ConcurrentHashMap<>();
  private final Map<Budget, Attributes> labels = new EnumMap<>(Budget.class);
  private final LongCounter refusals;

  public Budgets(BudgetLimits limits, Meter meter) {
    this.limits = limits;
    keep(Budget.USER_SENDS, limits.userSends());
    keep(Budget.CALLS, limits.calls());
    keep(Budget.CREATIONS, limits.creations());
    keep(Budget.CONTACTS, limits.contacts());
    keep(Budget.MISSES, limits.misses());
    for (Budget budget : Budget.values()) {
      labels.put(budget, Attributes.of(AttributeKey.stringKey("budget"), budget.label()));
    }
    refusals = meter.counterBuilder("chasqui.edge.budget.refusals")
        .setDescription("What was refused because a budget was spent, by budget.").build();
  }

  private void keep(Budget budget, Rate rate) {
    people.put(budget, new Allowances(rate, limits.keptMax()));
    services.put(budget, new Allowances(rate.times(limits.serviceFactor()), limits.keptMax()));
  }

  /// The budget of sends of one stream.
  public Allowance ofDevice(long nowMillis) {
    return limits.deviceSends().allowance(nowMillis);
  }

  /// One send of a stream; takes nothing where either of the two refuses.
  public Spent send(Allowance device, String user, long nowMillis) {
    if (!device.isOpen(nowMillis)) {
      return spent(Budget.DEVICE_SENDS, device.pause(nowMillis));
    }
    Spent spent = send(user, nowMillis);
    if (spent == null) {
      device.charge(1, nowMillis);
    }
    return spent;
  }

  /// One send, or other change, of a user.
  public Spent send(String user, long nowMillis) {
    return take(Budget.USER_SENDS, user, nowMillis);
  }

  /// A send was stored: the user pays for those it reaches.
  public void sent(String user, Appended appended, long nowMillis) {
    double units = (double) appended.getMemberCount() / limits.membersPerUnit();
    if (units > 1) {
      // One was taken before.
      of(Budget.USER_SENDS, user).charge(user, units - 1, nowMillis);
    }
  }

  /// One unary call or range request.
  public Spent call(String user, long nowMillis) {
    return take(Budget.CALLS, user, nowMillis);
  }

  /// A call that was taken costs that many more.
  public void called(String user, int more, long nowMillis) {
    of(Budget.CALLS, user).charge(user, more, nowMillis);
  }

  /// One stream: it costs as much as many calls, a check of the token and the sync among them.
  public Spent connect(String user, long nowMillis) {
    Spent spent = call(user, nowMillis);
    if (spent == null) {
      called(user, CALLS_PER_STREAM - 1, nowMillis);
    }
    return spent;
  }

  /// Begins a list of conversations; what it looks at is charged as it goes. {@link #listed} ends it.
  public Spent list(String user) {
    int most = LISTS_AT_ONCE * (SystemUser.is(user) ? limits.serviceFactor() : 1);
    int now = lists.merge(user, 1, Integer::sum);
    if (now <= most) {
      return null;
    }
    listed(user);
    return spent(Budget.LISTS, PAUSE_MIN_MILLIS);
  }

  /// A list was put together, or given up.
  public void listed(String user) {
    lists.computeIfPresent(user, (key, now) -> now == 1 ? null : now - 1);
  }

  /// A new conversation, with `peer` where it is a 1:1 one and with null where it is a group: one send, one creation, and
  /// last what is the peer's. Takes nothing where any of the three refuses.
  public Spent create(String user, String peer, long nowMillis) {
    Spent spent = send(user, nowMillis);
    if (spent != null) {
      return spent;
    }
    spent = take(Budget.CREATIONS, user, nowMillis);
    if (spent == null && peer != null) {
      spent = take(Budget.CONTACTS, peer, nowMillis);
      if (spent != null) {
        of(Budget.CREATIONS, user).charge(user, -1, nowMillis);
      }
    }
    if (spent != null) {
      of(Budget.USER_SENDS, user).charge(user, -1, nowMillis);
    }
    return spent;
  }

  /// It was there before, or was certainly not made. The send was one.
  public void notCreated(String user, String peer, long nowMillis) {
    of(Budget.CREATIONS, user).charge(user, -1, nowMillis);
    if (peer != null) {
      of(Budget.CONTACTS, peer).charge(peer, -1, nowMillis);
    }
  }

  /// Something that names an id which may not be there. Takes nothing: {@link #missed} does.
  ///
  /// Decided before the id is looked up, so that the answer tells nothing of it, and a flood gains nothing.
  public Spent lookUp(String user, long nowMillis) {
    long pause = of(Budget.MISSES, user).pause(user, nowMillis);
    return pause == 0 ? null : spent(Budget.MISSES, pause);
  }

  /// An id was not found, or not for this user. However many were under way when the budget ended, no more than a burst is
  /// owed: a client with a bug is not shut out for hours.
  public void missed(String user, long nowMillis) {
    of(Budget.MISSES, user).owe(user, nowMillis);
  }

  /// The most that any budget keeps now; never above `keptMax`.
  public int kept() {
    return Stream.concat(people.values().stream(), services.values().stream()).mapToInt(Allowances::size).max().orElse(0);
  }

  private Spent take(Budget budget, String key, long nowMillis) {
    Allowances allowances = of(budget, key);
    return allowances.take(key, nowMillis) ? null : spent(budget, allowances.pause(key, nowMillis));
  }

  private Spent spent(Budget budget, long pauseMillis) {
    refusals.add(1, labels.get(budget));
    return new Spent(budget, Math.max(PAUSE_MIN_MILLIS, pauseMillis));
  }

  private Allowances of(Budget budget, String user) {
    return (SystemUser.is(user) ? services : people).get(budget);
  }
}
