package chasqui.edge.server;

import chasqui.edge.budget.BudgetLimits;
import chasqui.edge.session.SessionLimits;
import java.time.Duration;

/// Every limit of the edge, each with its default and its reason.
///
/// @param session of one stream
/// @param server of connections and calls
/// @param links of the links to routers and registries
/// @param budgets how much each user may do
public record EdgeConfig(SessionLimits session, Server server, Links links, BudgetLimits budgets) {

  /// @param loopThreads event loops; 0 for one per core. A session stays on one
  /// @param streamsMax streams open at a time, beyond: `OVERLOADED`. Below the open files that a process may have
  /// @param connectionsMax connections open at a time; calls on further ones are refused with `OVERLOADED`
  /// @param callsPerConnectionMax streams and calls on one connection: one for a device, many for a proxy
  /// @param unaryCallsMax unary calls under way; beyond: `OVERLOADED`
  /// @param frameBytesMax one inbound gRPC message; above `message_bytes_max`, so that a large send is answered, not cut
  /// @param metadataBytesMax headers of one call: a token of 4 KiB and what proxies add
  /// @param keepAliveMin how often a client may ping; more ends its connection. Phones ping rarely
  /// @param resetsMax streams that a connection may reset within `resetsWindow`; more ends it (rapid reset attacks)
  /// @param resetsWindow see `resetsMax`; whole seconds
  /// @param handshakeMax how long TLS and HTTP/2 may take to begin
  /// @param connectionIdleMax how long a connection without a call is kept
  public record Server(
      int loopThreads, int streamsMax, int connectionsMax, int callsPerConnectionMax, int unaryCallsMax, int frameBytesMax,
      int metadataBytesMax, Duration keepAliveMin, int resetsMax, Duration resetsWindow, Duration handshakeMax,
      Duration connectionIdleMax) {
    public static final Server DEFAULT = new Server(
        0, 18_000, 18_000, 1_000, 10_000, 128 * 1024, 8 * 1024, Duration.ofSeconds(10), 200, Duration.ofSeconds(30),
        Duration.ofSeconds(20), Duration.ofMinutes(5));

    public Server {
      Relation.need(loopThreads >= 0, "server.loopThreads >= 0");
      Relation.need(streamsMax >= 1 && connectionsMax >= 1 && callsPerConnectionMax >= 1 && unaryCallsMax >= 1,
          "server.streamsMax, connectionsMax, callsPerConnectionMax and unaryCallsMax >= 1");
      Relation.need(metadataBytesMax >= 6 * 1024, "server.metadataBytesMax >= 6 KiB: a token of 4 KiB and its surroundings");
      Relation.need(resetsMax >= 1 && resetsWindow.toSeconds() >= 1, "server.resetsMax >= 1 and resetsWindow >= 1s");
      Relation.need(keepAliveMin.isPositive() && handshakeMax.isPositive() && connectionIdleMax.isPositive(),
          "server.keepAliveMin, handshakeMax and connectionIdleMax > 0");
    }
  }

  /// @param requestsMax unanswered requests on one link; beyond, senders are told `OVERLOADED`
  /// @param requestDeadline how long an owner may take; then a send's outcome is unknown
  /// @param announceDeadline how long a registry may take; then the stream is told to come again
  public record Links(int requestsMax, Duration requestDeadline, Duration announceDeadline) {
    public static final Links DEFAULT = new Links(65_536, Duration.ofSeconds(10), Duration.ofSeconds(5));

    public Links {
      Relation.need(requestsMax >= 1, "links.requestsMax >= 1");
      Relation.need(requestDeadline.isPositive() && announceDeadline.isPositive(), "links.requestDeadline and announceDeadline > 0");
    }
  }

  public static final EdgeConfig DEFAULT = new EdgeConfig(SessionLimits.DEFAULT, Server.DEFAULT, Links.DEFAULT);

  public EdgeConfig {
    Relation.need(server.frameBytesMax() > session.inbound().messageBytesMax() + 1024,
        "server.frameBytesMax > session.inbound.messageBytesMax + 1 KiB: too large a message is answered by a frame");
    Relation.need(server.keepAliveMin().compareTo(session.timing().heartbeat()) <= 0,
        "server.keepAliveMin <= session.timing.heartbeat: a client may ping as often as it gives signs of life");
    Relation.need(links.requestDeadline().compareTo(session.timing().streamTimeout()) < 0,
        "links.requestDeadline < session.timing.streamTimeout: a stream that is not read for its owner's sake is not dead");
    Relation.need(links.announceDeadline().compareTo(session.timing().hello()) < 0,
        "links.announceDeadline < session.timing.hello: a slow registry is told as such");
  }

  /// With the default budgets.
  public EdgeConfig(SessionLimits session, Server server, Links links) {
    this(session, server, links, BudgetLimits.DEFAULT);
  }

  public EdgeConfig with(SessionLimits other) {
    return new EdgeConfig(other, server, links, budgets);
  }

  public EdgeConfig with(Server other) {
    return new EdgeConfig(session, other, links, budgets);
  }

  public EdgeConfig with(Links other) {
    return new EdgeConfig(session, server, other, budgets);
  }

  public EdgeConfig with(BudgetLimits other) {
    return new EdgeConfig(session, server, links, other);
  }

  // Not a method of the enclosing record: its defaults would be made before those of the part that is being made.
  private static final class Relation {
    static void need(boolean holds, String relation) {
      if (!holds) {
        throw new IllegalArgumentException("edge limits need " + relation);
      }
    }
  }
}
