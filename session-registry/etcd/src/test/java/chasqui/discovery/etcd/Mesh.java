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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Several memberships over one real etcd, and which of their nodes would answer if asked.
final class Mesh implements AutoCloseable {

  static final Duration LONG = Duration.ofSeconds(60);
  private static final long LOOK_EVERY_NANOS = 50_000_000;

  final EtcdServer etcd;
  final Set<String> dead = ConcurrentHashMap.newKeySet();
  final Map<String, Integer> asked = new ConcurrentHashMap<>();
  private final List<EtcdMembership> open = new ArrayList<>();
  private final Client client;

  Mesh(EtcdServer etcd) {
    this.etcd = etcd;
    client = Client.builder()
        .endpoints(etcd.endpoints().stream().map(endpoint -> "http://" + endpoint).toArray(String[]::new))
        .build();
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
        () -> wanted.test(membership.view()) ? Optional.of(true) : Optional.empty());
  }

  static void awaitNodes(EtcdMembership membership, String... ids) {
    await("nodes " + List.of(ids), membership, view ->
        view.nodes().stream().map(NodeRecord::nodeId).toList().equals(List.of(ids)));
  }

  /// The records in etcd now, read by a client of its own.
  Set<String> livesInEtcd() {
    return onEtcd(Mesh::lives);
  }

  private static CompletableFuture<Set<String>> lives(Client client) {
    return client.getKVClient()
        .get(bytes("/chasqui/test/nodes/"), GetOption.builder().isPrefix(true).build())
        .thenApply(read -> read.getKvs().stream()
            .map(value -> NodeCodec.decode(value.getValue().getBytes()).orElseThrow().incarnation())
            .collect(Collectors.toSet()));
  }

  void awaitInEtcd(String... lives) {
    awaitOnEtcd(List.of(lives) + " in etcd", Mesh::lives, Set.of(lives)::equals);
  }

  /// Looks into etcd until it is as wanted. That it cannot be read means that it is not so yet.
  <T> void awaitOnEtcd(String what, Function<Client, CompletableFuture<T>> call, Predicate<T> wanted) {
    AtomicReference<Object> last = new AtomicReference<>("nothing");
    AtomicLong nextNanos = new AtomicLong(System.nanoTime());
    Await.value(LONG, () -> what + "; last seen: " + last, () -> {
      if (System.nanoTime() - nextNanos.get() < 0) {
        return Optional.empty();
      }
      Optional<T> seen = read(call, last);
      nextNanos.set(System.nanoTime() + LOOK_EVERY_NANOS);
      return seen.filter(wanted);
    });
  }

  private <T> Optional<T> read(Function<Client, CompletableFuture<T>> call, AtomicReference<Object> last) {
    try {
      T seen = call.apply(client).get(5, TimeUnit.SECONDS);
      last.set(seen);
      return Optional.of(seen);
    } catch (ExecutionException | TimeoutException notYet) {
      last.set(notYet);
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  <T> T onEtcd(Function<Client, CompletableFuture<T>> call) {
    try {
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
    client.close();
    etcd.close();
  }
}
