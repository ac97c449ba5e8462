package chasqui.router;

import java.time.Duration;

/// Every limit of the router, each with its default and its reason.
///
/// @param forwarding requests under way
/// @param caches what is remembered of conversations and users
/// @param holding pushes that wait for a roster or a look-up
/// @param repair what is done about heads that were lost
/// @param typing signals that somebody types
/// @param receipts what members received and read
public record RouterConfig(
    Forwarding forwarding, Caches caches, Holding holding, Repair repair, Typing typing, Receipts receipts) {

  public static final RouterConfig DEFAULT =
      new RouterConfig(Forwarding.DEFAULT, Caches.DEFAULT, Holding.DEFAULT, Repair.DEFAULT, Typing.DEFAULT, Receipts.DEFAULT);

  public RouterConfig {
    Rule.need(
        holding.patience().compareTo(forwarding.deadline()) <= 0,
        "holding.patience <= forwarding.deadline: a push that waits longer than a sender does is repaired sooner by comparing");
  }

  public RouterConfig(Forwarding forwarding, Caches caches, Holding holding, Repair repair) {
    this(forwarding, caches, holding, repair, Typing.DEFAULT, Receipts.DEFAULT);
  }

  public RouterConfig with(Typing other) {
    return new RouterConfig(forwarding, caches, holding, repair, other, receipts);
  }

  public RouterConfig with(Receipts other) {
    return new RouterConfig(forwarding, caches, holding, repair, typing, other);
  }

  /// @param deadline how long an owner may take; a client waits no longer for an answer
  /// @param perMailboxMax requests that one mailbox has not answered; beyond: `OVERLOADED`. A second of work
  /// @param perEdgeMax requests of one edge that are not answered; beyond: `OVERLOADED`. At most a quarter of the edge
  ///     link's queue, so that answers always find room in it
  /// @param retryAfter what a caller is told to wait after `OVERLOADED` or `UNAVAILABLE`: longer than a link takes to open
  public record Forwarding(Duration deadline, int perMailboxMax, int perEdgeMax, Duration retryAfter) {

    public static final Forwarding DEFAULT = new Forwarding(Duration.ofSeconds(10), 32_768, 16_384, Duration.ofMillis(200));

    public Forwarding {
      Rule.need(deadline.isPositive(), "deadline > 0: an owner needs time to answer");
      Rule.need(perMailboxMax >= 1 && perEdgeMax >= 1, "bounds must be at least 1");
      Rule.need(retryAfter.isPositive(), "retryAfter > 0: a caller told to come back at once makes overload worse");
    }
  }

  /// @param usersMax users whose sessions are remembered; beyond, the one unused longest is forgotten. About 300 bytes each
  /// @param membersMax members of all remembered rosters together; beyond, the roster unused longest is forgotten. About
  ///     50 bytes each
  /// @param sessionsPerEdgeMax sessions of one edge of which it is remembered whose they are, to correct a stale look-up
  public record Caches(int usersMax, int membersMax, int sessionsPerEdgeMax) {

    public static final Caches DEFAULT = new Caches(200_000, 1_000_000, 200_000);

    public Caches {
      Rule.need(usersMax >= 1 && membersMax >= 1 && sessionsPerEdgeMax >= 1, "bounds must be at least 1");
    }
  }

  /// @param pushesMax pushes that wait at a time; beyond, sessions are told to compare
  /// @param bytesMax encoded entries that wait; beyond, only heads are told
  /// @param perConversationMax pushes of one conversation that wait for its roster; beyond, only the newest head is told
  /// @param lookupsMax look-ups under way; beyond, sessions are told to compare. Room for a cold group of 10,000, three times
  /// @param perLookupMax pushes that wait for one look-up; beyond, sessions are told to compare
  /// @param patience how long a push waits before sessions are told to compare
  /// @param retry how long until a refused roster read or look-up is tried again
  public record Holding(
      int pushesMax,
      long bytesMax,
      int perConversationMax,
      int lookupsMax,
      int perLookupMax,
      Duration patience,
      Duration retry) {

    public static final Holding DEFAULT =
        new Holding(16_384, 32L << 20, 64, 32_768, 256, Duration.ofSeconds(5), Duration.ofMillis(200));

    public Holding {
      Rule.need(pushesMax >= perConversationMax, "pushesMax >= perConversationMax: it is part of it");
      Rule.need(perConversationMax >= 1 && lookupsMax >= 1 && perLookupMax >= 1, "bounds must be at least 1");
      Rule.need(bytesMax >= 64 * 1024, "bytesMax >= 64 KiB: one message must fit");
      Rule.need(retry.isPositive() && retry.compareTo(patience) < 0, "0 < retry < patience: one retry at least");
    }
  }

  /// @param compareEvery how often sessions are told to compare at most: each time every session asks every owner
  /// @param settle how long after a registry was lost sessions are told to compare: edges have announced again by then
  /// @param broadcastsMax sign-outs kept for registries that come back, and as many choices of what presence shows; beyond,
  ///     the oldest is forgotten
  /// @param broadcastMemory how long they are kept: longer than a registry's link is ever away
  public record Repair(Duration compareEvery, Duration settle, int broadcastsMax, Duration broadcastMemory) {

    public static final Repair DEFAULT =
        new Repair(Duration.ofSeconds(1), Duration.ofSeconds(3), 1_024, Duration.ofMinutes(10));

    public Repair {
      Rule.need(compareEvery.isPositive(), "compareEvery > 0: comparing is dear");
      Rule.need(!settle.isNegative() && !broadcastMemory.isNegative(), "durations must not be negative");
      Rule.need(broadcastsMax >= 1, "bounds must be at least 1");
    }
  }

  /// @param membersMax members up to which a group is told who types; beyond, nobody is: with many, somebody always does
  /// @param perSecond signals of one conversation that are told, in the long run; beyond, dropped
  /// @param burst signals told at once
  /// @param repeat how often the same is told again of a member; sooner, dropped. Below the 3 s in which clients say it again
  /// @param rosterAge how old a roster may be that says who is a member; older is read again
  /// @param conversationsMax conversations of which it is remembered who types; beyond, the one unused longest is forgotten
  public record Typing(
      int membersMax, int perSecond, int burst, Duration repeat, Duration rosterAge, int conversationsMax) {

    public static final Typing DEFAULT = new Typing(50, 5, 20, Duration.ofSeconds(2), Duration.ofSeconds(30), 10_000);

    public Typing {
      Rule.need(membersMax >= 0, "typing.membersMax >= 0: with 0 nobody is told");
      Rule.need(perSecond >= 1 && burst >= 1 && conversationsMax >= 1, "bounds must be at least 1");
      Rule.need(repeat.isPositive() && repeat.compareTo(Duration.ofSeconds(3)) < 0,
          "0 < typing.repeat < 3 s: clients say it again every 3 s");
      Rule.need(rosterAge.compareTo(repeat) > 0, "typing.rosterAge > repeat: a roster serves several signals");
    }
  }

  /// @param membersMax members up to which a group is told what members received and read; in a larger one it is only
  ///     asked for, and told to the user's own devices
  /// @param conversationsMax conversations of which a roster is being read for receipts; beyond, dropped
  /// @param heldMax members of one of these whose receipts wait; beyond, dropped
  public record Receipts(int membersMax, int conversationsMax, int heldMax) {

    public static final Receipts DEFAULT = new Receipts(50, 1_024, 64);

    public Receipts {
      Rule.need(membersMax >= 0, "receipts.membersMax >= 0: with 0 nobody else is told");
      Rule.need(conversationsMax >= 1 && heldMax >= 1, "bounds must be at least 1");
    }
  }
}
