package chasqui.discovery.etcd;

import chasqui.discovery.MembershipView;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.NodeState;
import chasqui.discovery.Role;
import chasqui.testkit.etcd.EtcdServer;
import chasqui.testkit.process.Await;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.options.GetOption;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Several memberships over one real etcd, and which of their nodes would answer if asked.
final class Mesh implements AutoCloseable {

  static final Duration LONG = Duration.ofSeconds(60);

  final EtcdServer etcd;
  final Set<String> dead = ConcurrentHashMap.newKeySet();
  final Map<String, Integer> asked = new ConcurrentHashMap<>();
  private final List<EtcdMembership> open = new ArrayList<>();

  Mesh(EtcdServer etcd) {
    this.etcd = etcd;
  }

  static NodeRecord record(String id, String life) {
    return new NodeRecord(id, life, "127.0.0.1:1", Set.of(Role.MAILBOX), NodeState.READY, "z", "0.1.0", "");
  }

  EtcdMembership join(String id) {
    return join(record(id, id + "-1"), etcd.endpoints());
  }

  EtcdMembership join(NodeRecord self, List<String> endpoints) {
    EtcdMembership membership = new EtcdMembership(
        new EtcdConfig(endpoints, "test", EtcdConfig.DEFAULT_LEASE_TTL), node -> {
          asked.merge(node.nodeId(), 1, Integer::sum);
          return CompletableFuture.completedFuture(!dead.contains(node.incarnation()));
        });
    open.add(membership);
    membership.announce(self);
    return membership;
  }

  /// How many nodes the membership had in view, at every change from now on.
  List<Integer> sizes(EtcdMembership membership) {
    List<Integer> sizes = new CopyOnWriteArrayList<>();
    membership.subscribe(view -> sizes.add(view.nodes().size()));
    return sizes;
  }

  static void await(String what, EtcdMembership membership, Predicate<MembershipView> wanted) {
    Await.value(
        LONG,
        () -> what + "; in view: " + membership.view(),
        () -> wanted.test(membership.view()) ? java.util.Optional.of(true) : java.util.Optional.empty());
  }

  static void awaitNodes(EtcdMembership membership, String... ids) {
    await("nodes " + List.of(ids), membership, view ->
        view.nodes().stream().map(NodeRecord::nodeId).toList().equals(List.of(ids)));
  }

  /// The records in etcd now, read by a client of its own.
  Set<String> livesInEtcd() {
    return onEtcd(client -> client.getKVClient()
        .get(bytes("/chasqui/test/nodes/"), GetOption.builder().isPrefix(true).build())
        .thenApply(read -> read.getKvs().stream()
            .map(value -> NodeCodec.decode(value.getValue().getBytes()).orElseThrow().incarnation())
            .collect(Collectors.toSet())));
  }

  void awaitInEtcd(String... lives) {
    Await.value(LONG, () -> "in etcd: " + livesInEtcd(), () ->
        livesInEtcd().equals(Set.of(lives)) ? java.util.Optional.of(true) : java.util.Optional.empty());
  }

  <T> T onEtcd(java.util.function.Function<Client, CompletableFuture<T>> call) {
    try (Client client = Client.builder()
        .endpoints(etcd.endpoints().stream().map(endpoint -> "http://" + endpoint).toArray(String[]::new))
        .build()) {
      return call.apply(client).get(30, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    open.forEach(EtcdMembership::close);
    etcd.close();
  }
}
