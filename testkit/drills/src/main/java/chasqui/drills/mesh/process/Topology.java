package chasqui.drills.mesh.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// Which processes a mesh has.
///
/// @param edges, routers, mailboxes, registries how many of each role
/// @param etcds how many members the membership service has
/// @param store where mailboxes keep their data
/// @param front whether Envoy stands before the edges
/// @param parting whether edges reach routers through proxies that can part them
public record Topology(
    int edges, int routers, int mailboxes, int registries, int etcds, Store store, boolean front, boolean parting) {

  /// Where mailboxes keep their data.
  public enum Store {
    /// In the mailbox's own folder: one mailbox only.
    EMBEDDED(0),
    /// A CQL server on this machine.
    CQL(1),
    /// Three of them, each with everything.
    CQL3(3);

    private final int servers;

    Store(int servers) {
      this.servers = servers;
    }

    public int servers() {
      return servers;
    }

    /// By the name of the command line.
    public static Store named(String name) {
      return valueOf(name.toUpperCase(Locale.ROOT));
    }
  }

  private static final int NODES_MAX = 9;

  public Topology {
    if (edges < 1 || routers < 1 || mailboxes < 1 || registries < 1
        || edges > NODES_MAX || routers > NODES_MAX || mailboxes > NODES_MAX || registries > NODES_MAX) {
      throw new IllegalArgumentException("a mesh has 1 to " + NODES_MAX + " nodes of each role");
    }
    if (etcds != 1 && etcds != 3) {
      throw new IllegalArgumentException("etcd has 1 member or 3");
    }
    if (store == Store.EMBEDDED && mailboxes > 1) {
      throw new IllegalArgumentException("the embedded store serves one mailbox; take --store cql, or --mailboxes 1");
    }
  }

  /// For people.
  public String words() {
    String kept = switch (store) {
      case EMBEDDED -> "the embedded store";
      case CQL -> "a CQL server";
      case CQL3 -> "three CQL servers";
    };
    return String.format(Locale.ROOT, "%d edges, %d routers, %d mailboxes, %d registries, %d etcd, %s%s",
        edges, routers, mailboxes, registries, etcds, kept, front ? ", Envoy in front" : "");
  }

  /// The nodes in the order in which they are started: who is called first.
  public List<NodeName> nodes() {
    List<NodeName> nodes = new ArrayList<>();
    named(nodes, "mailbox", mailboxes);
    named(nodes, "registry", registries);
    named(nodes, "router", routers);
    named(nodes, "edge", edges);
    return nodes;
  }

  private static void named(List<NodeName> nodes, String role, int count) {
    IntStream.rangeClosed(1, count).forEach(number -> nodes.add(new NodeName(role, number)));
  }

  /// A node by its role and number.
  ///
  /// @param role `edge`, `router`, `registry` or `mailbox`
  /// @param number from 1 on
  public record NodeName(String role, int number) {

    /// `edge-2`, as the node itself is called.
    public String id() {
      return role + "-" + number;
    }
  }
}
