package chasqui.discovery.etcd;

import static chasqui.discovery.etcd.Mesh.await;
import static chasqui.discovery.etcd.Mesh.awaitNodes;
import static chasqui.discovery.etcd.Mesh.record;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.discovery.NodeState;
import chasqui.testkit.etcd.EtcdServer;
import chasqui.testkit.process.Await;
import chasqui.testkit.process.FetchedTool;
import chasqui.testkit.proxy.FaultProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// The membership over a real etcd, and what etcd does to it. Most of each test is waiting, so several run at a time.
@Execution(ExecutionMode.CONCURRENT)
class EtcdMembershipIT {

  // Longer than a lease: what is to be lost by then is lost.
  private static final Duration OUTAGE = Duration.ofSeconds(8);

  private static Path program;

  @TempDir private Path folder;
  private Mesh mesh;

  @BeforeAll
  static void etcd() {
    switch (FetchedTool.find("etcd")) {
      case FetchedTool.Here here -> program = here.program();
      case FetchedTool.Missing missing -> Assumptions.abort(missing.reason());
    }
  }

  private Mesh mesh(int members) {
    mesh = new Mesh(EtcdServer.start(program, folder, members));
    return mesh;
  }

  @AfterEach
  void stop() {
    if (mesh != null) {
      mesh.close();
    }
  }

  private static void pass(Duration time) {
    long from = System.nanoTime();
    Await.until(time.multipliedBy(2), "time passes", () -> System.nanoTime() - from > time.toNanos());
  }

  @Test
  void nodes_see_each_other_come_change_and_leave() {
    EtcdMembership a = mesh(1).join("a");
    EtcdMembership b = mesh.join("b");
    awaitNodes(a, "a", "b");
    awaitNodes(b, "a", "b");
    assertEquals(record("b", "b-1"), a.view().node("b").orElseThrow(), "all that a node says of itself arrives");
    b.announce(record("b", "b-1").in(NodeState.DRAINING));
    await("b drains", a, view -> view.node("b").filter(node -> node.state() == NodeState.DRAINING).isPresent());
    b.announce(record("b", "b-1"));
    await("b is ready", a, view -> view.node("b").filter(node -> node.state() == NodeState.READY).isPresent());
    AtomicBoolean seenLeaving = seenLeaving(a, "b");
    int askedBefore = mesh.asked.getOrDefault("b", 0);
    // Where etcd is too slow to show that it leaves, it is asked, and must not answer.
    mesh.dead.add("b-1");
    leave("b-1", () -> b.withdraw("b"));
    awaitNodes(a, "a");
    awaitNodes(b, "a");
    mesh.awaitInEtcd("a-1");
    if (seenLeaving.get()) {
      assertEquals(askedBefore, mesh.asked.getOrDefault("b", 0), "who leaves in good order is not asked for");
    }
    mesh.dead.clear();
    b.announce(record("b", "b-1"));
    awaitNodes(a, "a", "b");
  }

  /// Becomes true once `by` has seen that the node leaves.
  private static AtomicBoolean seenLeaving(EtcdMembership by, String id) {
    AtomicBoolean seen = new AtomicBoolean();
    var _ = by.subscribe(view -> {
      if (view.node(id).filter(node -> node.state() == NodeState.DRAINING).isPresent()) {
        seen.set(true);
      }
    });
    return seen;
  }

  /// Lets a node leave. Unless that took all the time it may take, etcd has its record no more.
  private void leave(String life, Runnable leaving) {
    long from = System.nanoTime();
    leaving.run();
    if (System.nanoTime() - from < EtcdMembership.LEAVE_LIMIT.toNanos()) {
      assertFalse(mesh.livesInEtcd().contains(life), life + " left and is in etcd");
    }
  }

  @Test
  void a_node_that_cannot_reach_etcd_stays_while_it_answers_and_goes_when_it_does_not() {
    EtcdMembership a = mesh(1).join("a");
    try (FaultProxy proxy = FaultProxy.to(port(mesh.etcd))) {
      EtcdMembership b = mesh.join(record("b", "b-1"), List.of("127.0.0.1:" + proxy.port()));
      awaitNodes(a, "a", "b");
      awaitNodes(b, "a", "b");
      List<Integer> sizes = mesh.sizes(a);
      proxy.refuse();
      proxy.resetAll();
      // Its lease ends, yet it lives.
      mesh.awaitInEtcd("a-1");
      Await.until(Mesh.LONG, "b was asked more than once", () -> mesh.asked.getOrDefault("b", 0) > 3);
      awaitNodes(b, "a", "b");
      assertEquals(2, Collections.min(sizes), "an answering node is not dropped");
      mesh.dead.add("b-1");
      awaitNodes(a, "a");
      // The way is free again: the same life registers under a new lease.
      mesh.dead.clear();
      proxy.allow();
      awaitNodes(a, "a", "b");
      mesh.awaitInEtcd("a-1", "b-1");
    }
  }

  @Test
  void a_lease_that_is_lost_and_a_record_that_is_deleted_come_back_while_the_process_lives() {
    EtcdMembership a = mesh(1).join("a");
    EtcdMembership b = mesh.join("b");
    awaitNodes(a, "a", "b");
    awaitNodes(b, "a", "b");
    List<Integer> sizes = mesh.sizes(a);
    List<Long> leases = mesh.onEtcd(client -> client.getKVClient().get(Mesh.bytes("/chasqui/test/nodes/b")))
        .getKvs().stream().map(io.etcd.jetcd.KeyValue::getLease).toList();
    mesh.onEtcd(client -> client.getLeaseClient().revoke(leases.getFirst()));
    mesh.awaitOnEtcd("b is registered under another lease",
        client -> client.getKVClient().get(Mesh.bytes("/chasqui/test/nodes/b")),
        read -> read.getKvs().stream().anyMatch(value -> value.getLease() != 0 && value.getLease() != leases.getFirst()));
    mesh.onEtcd(client -> client.getKVClient().delete(Mesh.bytes("/chasqui/test/nodes/b")));
    mesh.awaitInEtcd("a-1", "b-1");
    assertEquals(2, Collections.min(sizes));
    awaitNodes(b, "a", "b");
  }

  @Test
  void a_watch_goes_on_after_what_it_needs_was_compacted() {
    EtcdMembership a = mesh(1).join("a");
    try (FaultProxy proxy = FaultProxy.to(port(mesh.etcd))) {
      EtcdMembership b = mesh.join(record("b", "b-1"), List.of("127.0.0.1:" + proxy.port()));
      awaitNodes(a, "a", "b");
      awaitNodes(b, "a", "b");
      proxy.refuse();
      proxy.resetAll();
      EtcdMembership c = mesh.join("c");
      awaitNodes(a, "a", "b", "c");
      for (int i = 0; i < 20; i++) {
        c.announce(record("c", "c-1").ofVersion("0.1." + i));
      }
      await("the last version", a, view -> view.node("c").orElseThrow().version().equals("0.1.19"));
      mesh.onEtcd(client -> client.getKVClient().put(Mesh.bytes("x"), Mesh.bytes("y"))
          .thenCompose(put -> client.getKVClient().compact(put.getHeader().getRevision())));
      assertTrue(b.view().node("c").isEmpty(), "b sees nothing of it yet");
      proxy.allow();
      await("b has caught up", b, view -> view.node("c").filter(node -> node.version().equals("0.1.19")).isPresent());
      c.announce(record("c", "c-1").ofVersion("after"));
      await("b watches again", b, view -> view.node("c").orElseThrow().version().equals("after"));
    }
  }

  @Test
  void the_view_holds_while_etcd_is_killed_and_long_gone() {
    EtcdMembership a = mesh(1).join("a");
    EtcdMembership b = mesh.join("b");
    awaitNodes(a, "a", "b");
    awaitNodes(b, "a", "b");
    List<Integer> sizes = mesh.sizes(a);
    mesh.etcd.kill(0);
    Await.until(Mesh.LONG, "the outage is noticed", () -> !a.isReachable());
    pass(OUTAGE);
    awaitNodes(b, "a", "b");
    mesh.etcd.restart(0);
    mesh.etcd.awaitHealthy();
    Await.until(Mesh.LONG, "etcd is back", a::isReachable);
    mesh.awaitInEtcd("a-1", "b-1");
    EtcdMembership c = mesh.join("c");
    awaitNodes(a, "a", "b", "c");
    awaitNodes(c, "a", "b", "c");
    assertEquals(2, Collections.min(sizes));
  }

  @Test
  void an_emptied_etcd_is_filled_again_by_the_living_and_only_the_dead_leave() {
    EtcdMembership a = mesh(1).join("a");
    List<EtcdMembership> others = IntStream.range(0, 4).mapToObj(i -> mesh.join("n" + i)).toList();
    awaitNodes(a, "a", "n0", "n1", "n2", "n3");
    List<Integer> sizes = mesh.sizes(a);
    // Where etcd is too slow to be told that it leaves, it is asked, and answers no more.
    mesh.dead.add("n0-1");
    leave("n0-1", others.getFirst()::close);
    awaitNodes(a, "a", "n1", "n2", "n3");
    mesh.dead.add("n1-1");
    try (FaultProxy proxy = FaultProxy.to(port(mesh.etcd))) {
      // This one dies with the data: nobody writes its record again.
      EtcdMembership last = mesh.join(record("z", "z-1"), List.of("127.0.0.1:" + proxy.port()));
      awaitNodes(a, "a", "n1", "n2", "n3", "z");
      awaitNodes(last, "a", "n1", "n2", "n3", "z");
      mesh.dead.add("z-1");
      proxy.refuse();
      proxy.resetAll();
      mesh.etcd.restartEmpty();
      awaitNodes(a, "a", "n1", "n2", "n3");
      mesh.awaitInEtcd("a-1", "n1-1", "n2-1", "n3-1");
      assertTrue(Collections.min(sizes) >= 3, "n1 may be taken for dead for a moment, nobody else: " + sizes);
      awaitNodes(others.get(2), "a", "n1", "n2", "n3");
    }
  }

  @Test
  void a_paused_etcd_that_wakes_changes_nothing() {
    EtcdMembership a = mesh(1).join("a");
    EtcdMembership b = mesh.join("b");
    awaitNodes(a, "a", "b");
    awaitNodes(b, "a", "b");
    List<Integer> sizes = mesh.sizes(a);
    mesh.etcd.pause(0);
    Await.until(Mesh.LONG, "the outage is noticed", () -> !a.isReachable());
    pass(OUTAGE);
    mesh.etcd.resume(0);
    Await.until(Mesh.LONG, "etcd is back", () -> a.isReachable() && b.isReachable());
    mesh.awaitInEtcd("a-1", "b-1");
    assertEquals(2, Collections.min(sizes));
  }

  @Test
  void three_members_lose_their_leader_and_pause_the_next() {
    EtcdMembership a = mesh(3).join("a");
    EtcdMembership b = mesh.join("b");
    awaitNodes(a, "a", "b");
    awaitNodes(b, "a", "b");
    List<Integer> sizes = mesh.sizes(a);
    int leader = mesh.etcd.leader();
    mesh.etcd.kill(leader);
    b.announce(record("b", "b-1").ofVersion("one"));
    await("told without the leader", a, view -> view.node("b").orElseThrow().version().equals("one"));
    mesh.etcd.restart(leader);
    mesh.etcd.awaitHealthy();
    int next = mesh.etcd.leader();
    mesh.etcd.pause(next);
    b.announce(record("b", "b-1").ofVersion("two"));
    await("told around a paused leader", a, view -> view.node("b").orElseThrow().version().equals("two"));
    pass(OUTAGE);
    awaitNodes(b, "a", "b");
    mesh.etcd.resume(next);
    mesh.awaitInEtcd("a-1", "b-1");
    assertEquals(2, Collections.min(sizes));
  }

  @Test
  void a_later_life_of_a_node_is_left_alone_by_an_earlier_one() {
    EtcdMembership old = mesh(1).join("a");
    awaitNodes(old, "a");
    mesh.awaitInEtcd("a-1");
    EtcdMembership young = mesh.join(record("a", "a-2"), mesh.etcd.endpoints());
    mesh.awaitInEtcd("a-2");
    await("the old one knows", old, view -> view.node("a").orElseThrow().incarnation().equals("a-2"));
    pass(OUTAGE);
    mesh.awaitInEtcd("a-2");
    assertEquals("a-2", young.view().node("a").orElseThrow().incarnation());
    old.close();
    mesh.awaitInEtcd("a-2");
  }

  @Test
  void a_node_that_starts_before_etcd_joins_when_it_comes() throws InterruptedException {
    EtcdServer etcd = mesh(1).etcd;
    etcd.kill(0);
    EtcdMembership a = mesh.join("a");
    assertFalse(a.awaitKnown(Duration.ofSeconds(3)));
    assertEquals(List.of(), a.view().nodes(), "nothing is known, not even that it is alone");
    etcd.restart(0);
    assertTrue(a.awaitKnown(Mesh.LONG));
    awaitNodes(a, "a");
    mesh.awaitInEtcd("a-1");
  }

  private static int port(EtcdServer etcd) {
    String endpoint = etcd.endpoints().getFirst();
    return Integer.parseInt(endpoint.substring(endpoint.indexOf(':') + 1));
  }
}
