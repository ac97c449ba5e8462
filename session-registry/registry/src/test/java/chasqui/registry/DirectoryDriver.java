package chasqui.registry;

import chasqui.registry.v1.Announce;
import chasqui.registry.v1.FromRegistryItem;
import chasqui.registry.v1.LinkHello;
import chasqui.registry.v1.Lookup;
import chasqui.registry.v1.Notice;
import chasqui.registry.v1.NoticeTaken;
import chasqui.registry.v1.Opener;
import chasqui.registry.v1.RevocationStored;
import chasqui.registry.v1.Session;
import chasqui.registry.v1.ToRegistry;
import chasqui.registry.v1.ToRegistryItem;
import chasqui.registry.v1.UserSessions;
import chasqui.registry.v1.VisibilityStored;
import chasqui.registry.v1.Withdraw;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.List;

/// Speaks to a directory as edges and routers do, and tells answers in short words: `ok 7`, `refused 7 DEVICE_CAP`,
/// `end 3 SUPERSEDED`.
final class DirectoryDriver {

  static final String EDGE_INCARNATION = "-1";

  final RecordingOutbound out = new RecordingOutbound();
  final SessionDirectory directory;
  private long now = 1_000_000_000L;

  DirectoryDriver(RegistryConfig config) {
    directory = new SessionDirectory(config, out, OpenTelemetry.noop().getMeter("test"));
  }

  DirectoryDriver edge(long link, String nodeId) {
    return edge(link, nodeId, nodeId + EDGE_INCARNATION);
  }

  DirectoryDriver edge(long link, String nodeId, String incarnation) {
    return hello(link, nodeId, incarnation, Opener.OPENER_EDGE);
  }

  DirectoryDriver router(long link, String nodeId) {
    return hello(link, nodeId, nodeId + "-1", Opener.OPENER_ROUTER);
  }

  DirectoryDriver hello(long link, String nodeId, String incarnation, Opener opener) {
    LinkHello hello = LinkHello.newBuilder().setNodeId(nodeId).setIncarnation(incarnation).setOpener(opener).build();
    return item(link, ToRegistryItem.newBuilder().setHello(hello).build());
  }

  /// Announces `user/device` as a session with the same number as its request.
  DirectoryDriver announce(long link, String device, long session, long connectNumber) {
    return announce(link, device, session, connectNumber, false);
  }

  DirectoryDriver again(long link, String device, long session, long connectNumber) {
    return announce(link, device, session, connectNumber, true);
  }

  private DirectoryDriver announce(long link, String device, long session, long connectNumber, boolean again) {
    String[] userAndDevice = device.split("/");
    return item(link, ToRegistryItem.newBuilder().setAnnounce(Announce.newBuilder()
        .setRequestId(session)
        .setUserId(userAndDevice[0])
        .setDeviceId(userAndDevice[1])
        .setSessionId(session)
        .setConnectNumber(connectNumber)
        .setAgain(again)).build());
  }

  DirectoryDriver withdraw(long link, String user, long session) {
    return item(link, ToRegistryItem.newBuilder()
        .setWithdraw(Withdraw.newBuilder().setUserId(user).setSessionId(session)).build());
  }

  DirectoryDriver lookup(long link, String user) {
    return item(link, ToRegistryItem.newBuilder()
        .setLookup(Lookup.newBuilder().setRequestId(1).setUserId(user)).build());
  }

  DirectoryDriver taken(long link, Notice notice) {
    return item(link, ToRegistryItem.newBuilder()
        .setNoticeTaken(NoticeTaken.newBuilder().setNoticeId(notice.getNoticeId())).build());
  }

  DirectoryDriver revoked(long link, String user) {
    return item(link, ToRegistryItem.newBuilder()
        .setRevocationStored(RevocationStored.newBuilder().setUserId(user)).build());
  }

  DirectoryDriver chosen(long link, String user) {
    return item(link, ToRegistryItem.newBuilder()
        .setVisibilityStored(VisibilityStored.newBuilder().setUserId(user)).build());
  }

  DirectoryDriver item(long link, ToRegistryItem item) {
    directory.received(link, ToRegistry.newBuilder().addItems(item).build(), now);
    return this;
  }

  DirectoryDriver broken(long link) {
    directory.broken(link, now);
    return this;
  }

  DirectoryDriver after(Duration time) {
    now += time.toNanos();
    directory.tick(now);
    return this;
  }

  /// What an edge was told since this was last asked.
  List<String> told(long link) {
    return out.take(link).stream().map(DirectoryDriver::word).toList();
  }

  /// The one notice that a router was sent since this was last asked.
  Notice notice(long link) {
    List<FromRegistryItem> items = out.take(link);
    if (items.size() != 1 || !items.getFirst().hasNotice()) {
      throw new AssertionError("expected one notice on " + link + ", got " + items);
    }
    return items.getFirst().getNotice();
  }

  /// The answer to the one look-up since this was last asked.
  UserSessions answer(long link) {
    List<FromRegistryItem> items = out.take(link);
    if (items.size() != 1 || !items.getFirst().hasSessions()) {
      throw new AssertionError("expected one answer on " + link + ", got " + items);
    }
    return items.getFirst().getSessions();
  }

  List<Long> sessions(String user) {
    return directory.sessionsOf(user).stream().map(Session::getSessionId).toList();
  }

  static List<Long> ids(UserSessions sessions) {
    return sessions.getSessionsList().stream().map(Session::getSessionId).toList();
  }

  private static String word(FromRegistryItem item) {
    return switch (item.getItemCase()) {
      case ANNOUNCED -> item.getAnnounced().getRefusedValue() == 0
          ? "ok " + item.getAnnounced().getRequestId()
          : "refused " + item.getAnnounced().getRequestId() + " " + item.getAnnounced().getRefused().name().substring(7)
              + (item.getAnnounced().getHighestConnectNumber() == 0 ? "" : " " + item.getAnnounced().getHighestConnectNumber());
      case END_SESSION -> "end " + item.getEndSession().getSessionId() + " " + item.getEndSession().getReason().name().substring(7);
      case REVOCATION_STORED -> "revoked " + item.getRevocationStored().getUserId();
      case VISIBILITY_STORED -> "chosen " + item.getVisibilityStored().getUserId();
      case SESSIONS, NOTICE, ITEM_NOT_SET -> throw new AssertionError("not for an edge: " + item);
    };
  }
}
