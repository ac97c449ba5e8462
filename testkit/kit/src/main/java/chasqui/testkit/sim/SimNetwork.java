package chasqui.testkit.sim;

import chasqui.testkit.history.PayloadHash;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// The network between the nodes of a simulation. It carries bytes, so that nothing is shared by mistake: datagrams,
/// which may be lost, doubled and reordered, and connections, which are ordered and break as a whole.
public final class SimNetwork {
  /// How long a connection attempt that gets no answer lasts.
  static final long CONNECT_TIMEOUT_NANOS = 10_000_000_000L;

  /// Takes datagrams in.
  @FunctionalInterface
  public interface DatagramHandler {
    void onDatagram(String from, byte[] message);
  }

  private final SimScheduler scheduler;
  private final SimRandom random;
  private final Trace trace;
  private final Map<String, SimNode> nodes = new HashMap<>();
  private final Map<String, SimLink> links = new TreeMap<>();
  private final Map<String, DatagramHandler> datagramHandlers = new HashMap<>();
  private final Map<String, Function<SimConnection, ConnectionListener>> acceptors = new HashMap<>();
  // The connecting end of each, by connection number: faults go through them in order.
  private final TreeMap<Long, SimConnection> connections = new TreeMap<>();
  private Shape usual = Shape.NEAR;
  private long lastConnection;

  SimNetwork(SimScheduler scheduler, SimRandom random, Trace trace) {
    this.scheduler = scheduler;
    this.random = random;
    this.trace = trace;
  }

  void attach(SimNode node) {
    nodes.put(node.name(), node);
    node.onCrash(told -> died(node, told));
  }

  /// The shape of links that were not given one of their own and are not used yet.
  public void usually(Shape shape) {
    usual = shape;
  }

  Shape usual() {
    return usual;
  }

  /// Takes datagrams for the node from now on, until it crashes.
  public void onDatagram(SimNode node, DatagramHandler handler) {
    datagramHandlers.put(node.name(), handler);
  }

  /// Sends one datagram; it may come twice, later than others, or never.
  public void send(SimNode from, String to, byte[] message) {
    SimLink link = link(from.name(), to);
    if (!from.isAlive() || link.isBlocked() || link.drops()) {
      trace.note("lost " + from + " to " + to);
      return;
    }
    byte[] copy = message.clone();
    int copies = link.duplicates() ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      scheduler.after(link.delayNanos(), () -> arrive(from.name(), to, copy));
    }
  }

  private void arrive(String from, String to, byte[] message) {
    SimNode node = nodes.get(to);
    if (node == null) {
      return;
    }
    node.execute(() -> {
      DatagramHandler handler = datagramHandlers.get(to);
      if (handler != null) {
        trace.note("datagram " + from + " to " + to, PayloadHash.of(message));
        handler.onDatagram(from, message.clone());
      }
    });
  }

  /// Takes connections in for the node, until it crashes. `acceptor` gets the new end and gives its listener.
  public void listen(SimNode node, Function<SimConnection, ConnectionListener> acceptor) {
    acceptors.put(node.name(), acceptor);
  }

  /// Connects to another node. The end may be written to at once; refusal and timeout come as `onBroken`.
  public SimConnection connect(SimNode from, String to, ConnectionListener listener) {
    SimNode target = nodes.get(to);
    if (target == null) {
      throw new IllegalArgumentException("no node is called " + to);
    }
    long id = ++lastConnection;
    SimConnection client = new SimConnection(this, id, from, link(from.name(), to));
    SimConnection server = new SimConnection(this, id, target, link(to, from.name()));
    SimConnection.pair(client, server);
    client.open(listener);
    connections.values().removeIf(SimConnection::isOver);
    connections.put(id, client);
    knock(client, server, scheduler.nowNanos() + CONNECT_TIMEOUT_NANOS);
    return client;
  }

  private void knock(SimConnection client, SimConnection server, long untilNanos) {
    SimLink out = link(client.owner().name(), server.owner().name());
    SimLink back = link(server.owner().name(), client.owner().name());
    scheduler.after(out.streamDelayNanos(), () -> {
      if (!client.isOpen()) {
        return;
      }
      if (!out.isBlocked() && !back.isBlocked()) {
        answer(client, server);
      } else if (scheduler.nowNanos() < untilNanos) {
        scheduler.after(SimLink.RETRANSMIT_NANOS, () -> knock(client, server, untilNanos));
      } else {
        client.giveUp("connection to " + server.owner() + " timed out");
      }
    });
  }

  private void answer(SimConnection client, SimConnection server) {
    SimNode target = server.owner();
    if (!target.isAlive() || !acceptors.containsKey(target.name())) {
      server.refuse("connection refused by " + target);
      return;
    }
    target.execute(() -> {
      if (client.isOpen()) {
        trace.note("connected " + client.owner() + " to " + target, client.id());
        server.open(acceptors.get(target.name()).apply(server));
      }
    });
  }

  /// The shape of one direction from now on.
  public void shape(String from, String to, Shape shape) {
    link(from, to).shape(shape);
  }

  /// Lets nothing through in this direction: datagrams are lost, connections stall.
  public void block(String from, String to) {
    trace.note("block " + from + " to " + to);
    link(from, to).block();
  }

  public void unblock(String from, String to) {
    trace.note("unblock " + from + " to " + to);
    link(from, to).unblock();
  }

  /// Drops every connection between two nodes; the ends hear of it, or stay half-open.
  public void breakConnections(String a, String b, boolean told) {
    trace.note("break " + a + " and " + b, told ? 1 : 0);
    for (SimConnection connection : open()) {
      if (connection.isBetween(a, b)) {
        connection.cut(told);
      }
    }
  }

  /// Opens all links and gives them their usual shape.
  void heal() {
    links.values().forEach(link -> link.shape(usual));
    List.copyOf(links.values()).forEach(SimLink::heal);
  }

  /// Connections that are not over at both ends.
  public List<SimConnection> open() {
    connections.values().removeIf(SimConnection::isOver);
    return new ArrayList<>(connections.values());
  }

  private void died(SimNode node, boolean told) {
    acceptors.remove(node.name());
    datagramHandlers.remove(node.name());
    for (SimConnection connection : open()) {
      connection.died(node, told);
    }
  }

  private SimLink link(String from, String to) {
    return links.computeIfAbsent(
        from + ">" + to, name -> new SimLink(random.split(name), usual));
  }

  long nowNanos() {
    return scheduler.nowNanos();
  }

  void at(long nanos, Runnable task) {
    scheduler.at(nanos, task);
  }

  void trace(String what, long... numbers) {
    trace.note(what, numbers);
  }
}
