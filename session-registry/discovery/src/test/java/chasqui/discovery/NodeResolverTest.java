package chasqui.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import chasqui.cluster.v1.ProbeRequest;
import chasqui.cluster.v1.ProbeResponse;
import chasqui.cluster.v1.ProbeServiceGrpc;
import chasqui.testkit.process.Await;
import io.grpc.ManagedChannel;
import io.grpc.NameResolverRegistry;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Calls to whoever is ready, over TCP.
class NodeResolverTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final InMemoryMembership membership = new InMemoryMembership();
  private final NodeResolver resolver = new NodeResolver(membership);
  private final List<Server> servers = new ArrayList<>();
  private ManagedChannel channel;

  @BeforeEach
  void open() {
    NameResolverRegistry.getDefaultRegistry().register(resolver);
    channel = NettyChannelBuilder.forTarget("chasqui:///router")
        .usePlaintext().defaultLoadBalancingPolicy("round_robin").build();
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    servers.forEach(Server::shutdownNow);
    NameResolverRegistry.getDefaultRegistry().deregister(resolver);
  }

  private NodeRecord serve(String id, Role role) throws IOException {
    Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .addService(new ProbeServiceGrpc.ProbeServiceImplBase() {
          @Override
          public void probe(ProbeRequest request, StreamObserver<ProbeResponse> responses) {
            responses.onNext(ProbeResponse.newBuilder().setIncarnation(id).build());
            responses.onCompleted();
          }
        }).build().start();
    servers.add(server);
    return new NodeRecord(id, id, "127.0.0.1:" + server.getPort(), Set.of(role), NodeState.READY, "");
  }

  private static String ask(ProbeServiceGrpc.ProbeServiceBlockingStub stub) {
    return stub.withDeadlineAfter(20, TimeUnit.SECONDS)
        .probe(ProbeRequest.getDefaultInstance()).getIncarnation();
  }

  private void awaitAnsweredBy(String... nodes) {
    Await.until(LIMIT, "calls are answered by " + List.of(nodes), () -> {
      Set<String> answered = new HashSet<>();
      for (int i = 0; i < 8; i++) {
        answered.add(ask(ProbeServiceGrpc.newBlockingStub(channel).withWaitForReady()));
      }
      return answered.equals(Set.of(nodes));
    });
  }

  @Test
  void calls_go_to_the_ready_nodes_of_the_role_as_they_come_and_go() throws IOException {
    StatusRuntimeException nobody = assertThrows(
        StatusRuntimeException.class, () -> ask(ProbeServiceGrpc.newBlockingStub(channel)));
    assertEquals(Status.Code.UNAVAILABLE, nobody.getStatus().getCode());
    NodeRecord one = serve("one", Role.ROUTER);
    NodeRecord two = serve("two", Role.ROUTER);
    membership.announce(serve("mailbox", Role.MAILBOX));
    membership.announce(two.in(NodeState.STARTING));
    membership.announce(one);
    awaitAnsweredBy("one");
    membership.announce(two);
    awaitAnsweredBy("one", "two");
    membership.announce(one.in(NodeState.DRAINING));
    awaitAnsweredBy("two");
    membership.announce(one);
    membership.withdraw("two");
    awaitAnsweredBy("one");
  }

  @Test
  void an_unknown_role_is_said_at_once() {
    assertThrows(IllegalArgumentException.class, () -> NettyChannelBuilder.forTarget("chasqui:///rooter").build());
  }
}
