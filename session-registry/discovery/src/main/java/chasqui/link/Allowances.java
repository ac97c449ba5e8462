package chasqui.link;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/// The allowances of many, each of the same rate, by key. Only those are kept of which something was taken: one that is
/// full again is forgotten. At the bound the one that was used longest ago is forgotten too, in favour of its holder: a
/// newcomer is never refused for want of room. Thread-safe; times are milliseconds.
public final class Allowances {

  // How many of the eldest are looked at for each that is added: more than one, so that none stays for ever.
  private static final int LOOKED_AT = 2;

  private final Rate rate;
  private final int keptMax;
  private final Map<String, Allowance> kept = new LinkedHashMap<>(16, 0.75f, true);

  /// @param keptMax how many are kept at most, about 150 bytes each
  public Allowances(Rate rate, int keptMax) {
    this.rate = rate;
    this.keptMax = keptMax;
  }

  /// Takes one; false where there is none.
  public synchronized boolean take(String key, long nowMillis) {
    return used(key, nowMillis).take(nowMillis);
  }

  /// Takes `cost`, whether it is there or not; a negative one gives back.
  public synchronized void charge(String key, double cost, long nowMillis) {
    used(key, nowMillis).charge(cost, nowMillis);
  }

  /// Takes one, whether it is there or not; never are more than a burst owed.
  public synchronized void owe(String key, long nowMillis) {
    used(key, nowMillis).owe(nowMillis);
  }

  /// How many milliseconds until one can be taken; 0 where it can be now.
  public synchronized long pause(String key, long nowMillis) {
    Allowance allowance = kept.get(key);
    return allowance == null ? 0 : allowance.pause(nowMillis);
  }

  /// How many are kept now.
  public synchronized int size() {
    return kept.size();
  }

  private Allowance used(String key, long nowMillis) {
    Allowance allowance = kept.get(key);
    if (allowance == null) {
      makeRoom(nowMillis);
      allowance = rate.allowance(nowMillis);
      kept.put(key, allowance);
    }
    return allowance;
  }

  private void makeRoom(long nowMillis) {
    Iterator<Allowance> eldest = kept.values().iterator();
    for (int i = 0; i < LOOKED_AT && eldest.hasNext(); i++) {
      if (eldest.next().isFull(nowMillis) || kept.size() >= keptMax) {
        eldest.remove();
      }
    }
  }
}
