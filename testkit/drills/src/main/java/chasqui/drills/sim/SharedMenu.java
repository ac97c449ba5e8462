package chasqui.drills.sim;

import chasqui.discovery.CrashPoint;
import chasqui.discovery.Role;
import chasqui.drills.sim.mesh.Mesh;
import chasqui.drills.sim.mesh.NodeSetup;
import chasqui.testkit.sim.FaultMenu;
import chasqui.testkit.sim.FaultMenu.Kind;
import chasqui.testkit.sim.SimRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// What meshes with several mailboxes there are, and what may go wrong in one: besides all else the store and the
/// membership service may be cut off, pause and crash, and mailboxes do so more often than anybody.
final class SharedMenu {
  private static final int FAULTS_MAX = 16;
  /// How often one kind of node is drawn.
  private static final int MAILBOX_SHARE = 6;
  private static final int SERVER_SHARE = 2;

  private SharedMenu() {}

  static List<NodeSetup> nodes(SimRandom random) {
    List<NodeSetup> nodes = new ArrayList<>();
    long mailboxes = random.between(2, 3);
    boolean whole = random.chance(0.3);
    for (int i = 1; i <= mailboxes; i++) {
      nodes.add(whole ? NodeSetup.whole("node" + i) : NodeSetup.of("mailbox" + i, Role.MAILBOX));
    }
    if (!whole) {
      for (Role role : List.of(Role.EDGE, Role.ROUTER, Role.REGISTRY)) {
        long count = random.between(1, 2);
        for (int i = 1; i <= count; i++) {
          nodes.add(NodeSetup.of(role.name().toLowerCase(Locale.ROOT) + i, role));
        }
      }
    }
    return nodes;
  }

  static FaultMenu faults(List<NodeSetup> nodes, List<String> devices, long horizonNanos, long faultMaxNanos) {
    List<String> servers = nodes.stream().map(NodeSetup::name).toList();
    List<String> mailboxes =
        nodes.stream().filter(node -> node.roles().contains(Role.MAILBOX)).map(NodeSetup::name).toList();
    List<String> victims = new ArrayList<>();
    for (int i = 0; i < MAILBOX_SHARE; i++) {
      victims.addAll(mailboxes);
    }
    for (int i = 0; i < SERVER_SHARE; i++) {
      victims.addAll(servers);
    }
    victims.addAll(devices);
    victims.add(Mesh.STORE);
    victims.add(Mesh.ETCD);
    List<Kind> kinds = List.of(
        Kind.PARTITION, Kind.PARTITION, Kind.BREAK, Kind.DEGRADE, Kind.DEGRADE, Kind.CRASH, Kind.CRASH_AT, Kind.CRASH_AT,
        Kind.PAUSE, Kind.PAUSE, Kind.CLOCK_JUMP);
    return new FaultMenu(
        kinds, victims, List.of(), links(servers, mailboxes, devices),
        Arrays.stream(CrashPoint.values()).map(CrashPoint::id).toList(), horizonNanos, faultMaxNanos, FAULTS_MAX);
  }

  private static List<FaultMenu.Pair> links(List<String> servers, List<String> mailboxes, List<String> devices) {
    List<FaultMenu.Pair> links = new ArrayList<>();
    for (String mailbox : mailboxes) {
      for (int i = 0; i < MAILBOX_SHARE; i++) {
        links.add(new FaultMenu.Pair(mailbox, Mesh.STORE));
        links.add(new FaultMenu.Pair(mailbox, Mesh.ETCD));
      }
      servers.stream().filter(other -> !other.equals(mailbox)).forEach(other -> {
        links.add(new FaultMenu.Pair(mailbox, other));
        links.add(new FaultMenu.Pair(mailbox, other));
      });
    }
    for (String server : servers) {
      devices.forEach(device -> links.add(new FaultMenu.Pair(device, server)));
      links.add(new FaultMenu.Pair(server, Mesh.ETCD));
      servers.stream().filter(other -> !other.equals(server)).forEach(other -> links.add(new FaultMenu.Pair(server, other)));
    }
    return links;
  }
}
