package chasqui.client.session;

/// Every bound and delay of a session. All times are in milliseconds.
public record SessionBounds(RetryBounds retry, SendBounds sends, FeedBounds feeds, AckBounds acks) {

  public static final SessionBounds DEFAULTS =
      new SessionBounds(RetryBounds.DEFAULTS, SendBounds.DEFAULTS, FeedBounds.DEFAULTS, AckBounds.DEFAULTS);

  public SessionBounds withRetry(RetryBounds changed) {
    return new SessionBounds(changed, sends, feeds, acks);
  }

  public SessionBounds withSends(SendBounds changed) {
    return new SessionBounds(retry, changed, feeds, acks);
  }

  public SessionBounds withFeeds(FeedBounds changed) {
    return new SessionBounds(retry, sends, changed, acks);
  }

  public SessionBounds withAcks(AckBounds changed) {
    return new SessionBounds(retry, sends, feeds, changed);
  }

  /// How streams are opened again.
  ///
  /// @param baseMs the first delay is drawn from 0 to this; it doubles with every failure
  /// @param capMs no delay is drawn above this
  /// @param welcomeTimeoutMs a stream that is not welcomed within this is given up
  /// @param closeTimeoutMs a stream that was half-closed and does not end within this is cancelled
  /// @param tokenRefusalsMax how many fresh tokens in a row may be refused before the client gives up
  public record RetryBounds(long baseMs, long capMs, long welcomeTimeoutMs, long closeTimeoutMs, int tokenRefusalsMax) {
    public static final RetryBounds DEFAULTS = new RetryBounds(250, 30_000, 10_000, 5_000, 3);

    public RetryBounds {
      check(baseMs > 0 && baseMs <= capMs, "retry: 0 < baseMs <= capMs");
      check(welcomeTimeoutMs > 0 && closeTimeoutMs > 0 && tokenRefusalsMax > 0, "retry: timeouts and counts above 0");
    }
  }

  /// How messages wait.
  ///
  /// @param queuedMax unanswered messages in the outbox; beyond, a new one is refused
  /// @param queuedBytesMax their encoded bytes; beyond, a new one is refused
  /// @param unansweredMax messages on the wire at a time; the server's own limit still holds
  /// @param answerTimeoutMs a message without an answer for this long is sent again, with the same id
  /// @param internalErrorsMax how often a message may be answered by an internal error before it counts as refused
  /// @param outage how messages are sent again that nobody took, or nobody knows of
  public record SendBounds(
      int queuedMax, long queuedBytesMax, int unansweredMax, long answerTimeoutMs, int internalErrorsMax, OutageBounds outage) {
    public static final SendBounds DEFAULTS = new SendBounds(10_000, 64L << 20, 64, 30_000, 8);

    /// With the default for outages.
    public SendBounds(int queuedMax, long queuedBytesMax, int unansweredMax, long answerTimeoutMs, int internalErrorsMax) {
      this(queuedMax, queuedBytesMax, unansweredMax, answerTimeoutMs, internalErrorsMax, OutageBounds.DEFAULTS);
    }

    public SendBounds {
      check(queuedMax > 0 && queuedBytesMax > 0, "sends: the outbox holds at least one message");
      check(unansweredMax > 0 && unansweredMax <= queuedMax, "sends: 0 < unansweredMax <= queuedMax");
      check(answerTimeoutMs > 0 && internalErrorsMax > 0, "sends: timeouts and counts above 0");
    }
  }

  /// How often is tried whether an outage is over: an owner is replaced within seconds, and a delay that went on doubling
  /// would add as much again. Most outages last no longer, so the longest delay stays at `capMs` for the first
  /// `20 · capMs` (10 s) of what fails in a conversation, and is a twentieth of that time from there on, up to `lateCapMs`
  /// (after 40 s): ten thousand clients with two messages each are 80,000 refusals a second at first, most by their edge alone,
  /// and 20,000 in an outage that lasts. A server that is busy is another matter: there the delay doubles without this.
  ///
  /// @param capMs no delay is drawn above this in a short outage
  /// @param lateCapMs nor above this in a long one
  public record OutageBounds(long capMs, long lateCapMs) {
    private static final int SHARE = 20;
    public static final OutageBounds DEFAULTS = new OutageBounds(500, 2_000);

    public OutageBounds {
      check(capMs > 0 && capMs <= lateCapMs, "outage: 0 < capMs <= lateCapMs");
    }

    /// The longest delay when it has failed for that long.
    long capMs(long failingMs) {
      return Math.clamp(failingMs / SHARE, capMs, lateCapMs);
    }
  }

  /// How entries are put in order.
  ///
  /// @param heldEntriesMax entries held back behind a gap, per conversation; beyond, they are dropped and asked for again
  /// @param heldBytesMax their encoded bytes over all conversations; beyond, those of the conversation at hand are dropped
  /// @param rangesMax range requests unanswered at a time
  /// @param rangeEntriesMax entries asked for in one request
  /// @param rangeTimeoutMs a request without progress for this long is made again, with back-off
  /// @param gapGraceMs how long a gap may mend by itself before a range is asked for
  /// @param headJumpMin a head this far above what was shown is taken as the new position, not fetched
  public record FeedBounds(
      int heldEntriesMax,
      long heldBytesMax,
      int rangesMax,
      int rangeEntriesMax,
      long rangeTimeoutMs,
      long gapGraceMs,
      long headJumpMin) {
    public static final FeedBounds DEFAULTS = new FeedBounds(512, 8L << 20, 4, 500, 5_000, 250, 10_000);

    public FeedBounds {
      check(heldEntriesMax > 0 && heldBytesMax > 0, "feeds: something can be held back");
      check(rangesMax > 0 && rangeEntriesMax > 0 && rangeEntriesMax <= 500, "feeds: 0 < rangeEntriesMax <= 500");
      check(rangeTimeoutMs > 0 && gapGraceMs >= 0 && headJumpMin > 0, "feeds: times and distances");
    }
  }

  /// How receipt is told and written down.
  ///
  /// @param delayMs an ack waits at most this long for others
  /// @param entriesMax this many shown entries are acked without waiting
  /// @param positionsMax positions in one ack frame
  /// @param saveDelayMs positions are appended to the store at most this late
  /// @param syncIntervalMs appended positions are fsynced at most this late
  /// @param unackedEntriesMax the credit given to the server; 0 leaves it at the server's own limit
  public record AckBounds(
      long delayMs, int entriesMax, int positionsMax, long saveDelayMs, long syncIntervalMs, int unackedEntriesMax) {
    public static final AckBounds DEFAULTS = new AckBounds(50, 64, 100, 100, 5_000, 0);

    public AckBounds {
      check(delayMs >= 0 && saveDelayMs >= 0 && syncIntervalMs >= saveDelayMs, "acks: saveDelayMs <= syncIntervalMs");
      check(entriesMax > 0 && positionsMax > 0 && positionsMax <= 100, "acks: 0 < positionsMax <= 100");
      check(unackedEntriesMax >= 0, "acks: a credit is not negative");
    }
  }

  private static void check(boolean holds, String expectation) {
    if (!holds) {
      throw new IllegalArgumentException("expected " + expectation);
    }
  }
}
