package chasqui.edge.session;

import java.time.Duration;

/// Every limit of one session, each with its default and its reason.
///
/// @param delivery bounds of what goes to the device
/// @param inbound bounds of what comes from it
/// @param timing when things happen
/// @param sync bounds of catching up
/// @param ephemeral bounds of what may be dropped: typing and presence
/// @param devicesOnlineMax told to the client; kept by the registry
public record SessionLimits(
    Delivery delivery, Inbound inbound, Timing timing, Sync sync, Ephemeral ephemeral, int devicesOnlineMax) {

  /// @param entriesMax entries of one delivery frame
  /// @param bytesMax encoded bytes of the entries of one delivery frame, unless one entry alone is larger
  /// @param unackedEntriesMax delivered entries that may be unacked, over all conversations: what a reconnect may repeat
  /// @param readsMax range reads under way for deliveries: bounds the answers that wait for a slow device, `bytesMax` each
  /// @param payloadEntriesMax pushed entries kept until they can be written; beyond, their range is read later
  /// @param payloadBytesMax encoded bytes of the same
  /// @param tracksIdleMax conversations remembered although nothing is open in them, so that a message costs no read;
  ///     about 200 bytes each
  /// @param tracksMax conversations tracked in all; beyond, a push is dropped and the conversations compared later
  public record Delivery(
      int entriesMax, int bytesMax, int unackedEntriesMax, int readsMax, int payloadEntriesMax, int payloadBytesMax,
      int tracksIdleMax, int tracksMax) {
    public static final Delivery DEFAULT = new Delivery(100, 32 * 1024, 256, 4, 64, 64 * 1024, 256, 10_000);

    public Delivery {
      Relation.need(entriesMax >= 1 && entriesMax <= 500, "1 <= delivery.entriesMax <= 500: a range read gives no more");
      Relation.need(bytesMax >= 1024 && bytesMax <= 1 << 20, "1 KiB <= delivery.bytesMax <= 1 MiB: a frame must fit the client's limit");
      Relation.need(unackedEntriesMax >= 1, "delivery.unackedEntriesMax >= 1: something must be deliverable");
      Relation.need(readsMax >= 1, "delivery.readsMax >= 1: a gap could never be read");
      Relation.need(payloadEntriesMax >= 1 && payloadBytesMax >= 1024, "delivery.payloadEntriesMax >= 1 and payloadBytesMax >= 1 KiB");
      Relation.need(tracksIdleMax >= 1 && tracksMax > tracksIdleMax,
          "1 <= delivery.tracksIdleMax < tracksMax: idle tracks must leave room for others");
    }
  }

  /// @param unansweredSendsMax sends, range requests and unwritten answers of one stream; beyond, the stream is not read
  /// @param framesAheadMax frames asked for ahead of their handling
  /// @param rangesMax range requests under way for the client's repair; beyond: `OVERLOADED`
  /// @param rangeEntriesMax width of one range request; wider ones are answered in part
  /// @param messageBytesMax encoded bytes of one message; beyond: `TOO_LARGE`
  /// @param cursorsMax acks kept for conversations that are not tracked, until they are stored; beyond, dropped
  public record Inbound(
      int unansweredSendsMax, int framesAheadMax, int rangesMax, int rangeEntriesMax, int messageBytesMax, int cursorsMax) {
    public static final Inbound DEFAULT = new Inbound(64, 16, 4, 500, 64 * 1024, 256);

    public Inbound {
      Relation.need(framesAheadMax >= 1 && unansweredSendsMax >= framesAheadMax,
          "1 <= inbound.framesAheadMax <= unansweredSendsMax: frames asked for may all be sends");
      Relation.need(rangesMax >= 1 && rangesMax < unansweredSendsMax, "1 <= inbound.rangesMax < unansweredSendsMax: repair must not stop sends");
      Relation.need(rangeEntriesMax >= 1, "inbound.rangeEntriesMax >= 1");
      Relation.need(messageBytesMax >= 1024, "inbound.messageBytesMax >= 1 KiB");
      Relation.need(cursorsMax >= 100, "inbound.cursorsMax >= 100: one ack frame holds as many");
    }
  }

  /// @param hello how long a stream may stay without its first frame, or without what follows it
  /// @param heartbeat how often each side gives a sign of life; below the shortest idle timeout of proxies on the way
  /// @param streamTimeout silence after which a stream counts as dead
  /// @param cursorFlush how long an ack may wait to be stored: what a lost edge lets be delivered again
  /// @param authWarning how long before its end a client is told to refresh its token
  /// @param retryFirst first delay after a refused request; doubled up to `retryMax`
  /// @param retryMax see `retryFirst`
  /// @param resync how often conversations are compared with their owners, give or take a fifth: bounds what a lost
  ///     push can hide
  /// @param compareSpread sessions told to compare do so within this time, so that a link that came back is not stormed
  public record Timing(
      Duration hello, Duration heartbeat, Duration streamTimeout, Duration cursorFlush, Duration authWarning,
      Duration retryFirst, Duration retryMax, Duration resync, Duration compareSpread) {
    public static final Timing DEFAULT = new Timing(
        Duration.ofSeconds(10), Duration.ofSeconds(15), Duration.ofSeconds(30), Duration.ofSeconds(2),
        Duration.ofSeconds(60), Duration.ofMillis(250), Duration.ofSeconds(4), Duration.ofMinutes(5), Duration.ofSeconds(2));

    public Timing {
      Relation.need(hello.isPositive() && heartbeat.isPositive() && cursorFlush.isPositive() && retryFirst.isPositive(),
          "hello, heartbeat, cursorFlush and retryFirst > 0");
      Relation.need(streamTimeout.compareTo(heartbeat.multipliedBy(2)) >= 0,
          "timing.streamTimeout >= 2 * heartbeat: one lost sign of life is not death");
      Relation.need(retryMax.compareTo(retryFirst) >= 0, "timing.retryMax >= retryFirst");
      Relation.need(resync.compareTo(streamTimeout) > 0, "timing.resync > streamTimeout: comparing is for what heartbeats do not show");
      Relation.need(!compareSpread.isNegative() && !authWarning.isNegative(), "timing.compareSpread and authWarning >= 0");
    }
  }

  /// @param pageSize conversations of one page of marks or memberships
  /// @param openMax conversations of a sync that are being opened or sent at a time: paces a cold restart
  /// @param daysMax how old the last sync may be for marks to be asked; beyond, all memberships are listed. Marks live 40 days
  /// @param registrationSkew entries stamped that little before a device's registration are sent to it, not only their
  ///     head: clocks of two owners differ, and what came after it is owed to it whatever they say. Two hours are enough
  ///     where each is right within one; owners give no more than a day
  public record Sync(int pageSize, int openMax, int daysMax, Duration registrationSkew) {
    public static final Sync DEFAULT = new Sync(100, 32, 30, Duration.ofHours(2));

    public Sync {
      Relation.need(pageSize >= 1 && pageSize <= 500, "1 <= sync.pageSize <= 500: owners give no more");
      Relation.need(openMax >= 1, "sync.openMax >= 1");
      Relation.need(daysMax >= 1 && daysMax <= 37, "1 <= sync.daysMax <= 37: marks live 40 days, and a sync asks for a day before");
      Relation.need(!registrationSkew.isNegative(), "sync.registrationSkew >= 0");
    }
  }

  /// @param signalsPerSecond typing signals of one stream that are passed on, in the long run; beyond, dropped. A client
  ///     says it every 3 s for each conversation
  /// @param signalsBurst typing signals passed on at once
  /// @param subscriptionsPerMinute presence subscriptions of one stream that are honoured, at once and in the long run; of
  ///     those beyond, the newest has its turn later. Each costs two small reads for each user
  /// @param writtenPerSecond ephemeral frames of a kind written to one stream; beyond, the newest state waits
  /// @param typingHeldMax who types where, kept for a stream that is not ready; beyond, dropped
  /// @param typingFresh how long it is kept; older is dropped. Shown for 6 s
  public record Ephemeral(
      int signalsPerSecond, int signalsBurst, int subscriptionsPerMinute, int writtenPerSecond, int typingHeldMax, Duration typingFresh) {
    public static final Ephemeral DEFAULT = new Ephemeral(2, 10, 12, 20, 32, Duration.ofSeconds(4));

    public Ephemeral {
      Relation.need(subscriptionsPerMinute >= 1, "ephemeral.subscriptionsPerMinute >= 1");
      Relation.need(signalsPerSecond >= 1 && signalsBurst >= 1 && writtenPerSecond >= 1 && typingHeldMax >= 1,
          "ephemeral.signalsPerSecond, signalsBurst, writtenPerSecond and typingHeldMax >= 1");
      Relation.need(typingFresh.isPositive() && typingFresh.compareTo(Duration.ofSeconds(6)) < 0,
          "0 < ephemeral.typingFresh < 6 s: that is how long clients show it");
    }
  }

  public static final SessionLimits DEFAULT =
      new SessionLimits(Delivery.DEFAULT, Inbound.DEFAULT, Timing.DEFAULT, Sync.DEFAULT, Ephemeral.DEFAULT, 5);

  public SessionLimits {
    Relation.need(devicesOnlineMax >= 1, "devicesOnlineMax >= 1");
  }

  public SessionLimits with(Delivery other) {
    return new SessionLimits(other, inbound, timing, sync, ephemeral, devicesOnlineMax);
  }

  public SessionLimits with(Inbound other) {
    return new SessionLimits(delivery, other, timing, sync, ephemeral, devicesOnlineMax);
  }

  public SessionLimits with(Timing other) {
    return new SessionLimits(delivery, inbound, other, sync, ephemeral, devicesOnlineMax);
  }

  public SessionLimits with(Sync other) {
    return new SessionLimits(delivery, inbound, timing, other, ephemeral, devicesOnlineMax);
  }

  public SessionLimits with(Ephemeral other) {
    return new SessionLimits(delivery, inbound, timing, sync, other, devicesOnlineMax);
  }

  // Not a method of the enclosing record: its defaults would be made before those of the part that is being made.
  private static final class Relation {
    static void need(boolean holds, String relation) {
      if (!holds) {
        throw new IllegalArgumentException("session limits need " + relation);
      }
    }
  }
}
