package chasqui.link;

import static chasqui.link.LinkPair.await;
import static chasqui.link.LinkPair.up;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.discovery.InMemoryMembership;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.NodeState;
import chasqui.discovery.Role;
import chasqui.router.v1.FromRouter;
import chasqui.router.v1.RouterLinkServiceGrpc;
import chasqui.router.v1.ToRouter;
import chasqui.router.v1.ToRouterItem;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeLinksTest {

  private final InMemoryMembership membership = new InMemoryMembership();
  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final List<Server> servers = new ArrayList<>();
  private final Set<String> undialled = ConcurrentHashMap.newKeySet();
  private final NodeLinks<ToRouterItem, ToRouter, FromRouter> links = new NodeLinks<>(
      membership,
      Role.ROUTER,
      new LinkRuntime(
          new GuardedChannels(node -> {
            if (undialled.contains(node.nodeId())) {
              throw new IllegalArgumentException("on purpose");
            }
            return InProcessChannelBuilder.forName(node.address()).directExecutor().build();
          }),
          scheduler,
          new Random(1),
          System::nanoTime),
      LinkLimits.DEFAULT,
      LinkKinds.ROUTER,
      Recording::new);

  private final class Recording implements LinkOpener<ToRouterItem, ToRouter, FromRouter> {
    private final NodeRecord node;

    Recording(NodeRecord node) {
      this.node = node;
    }

    @Override
    public LinkListener<FromRouter> opening(Link<ToRouterItem, ToRouter> link) {
      link.offer(up(1));
      return new LinkListener<>() {
        @Override
        public void onFrame(FromRouter frame) {}

        @Override
        public void onBroken(Status why) {
          events.add("broken " + node.incarnation());
        }
      };
    }
  }

  private NodeRecord serve(String id, String incarnation) throws Exception {
    String name = "node-links-" + id + incarnation + System.identityHashCode(this);
    servers.add(InProcessServerBuilder.forName(name).directExecutor().addService(
        new RouterLinkServiceGrpc.RouterLinkServiceImplBase() {
          @Override
          public StreamObserver<ToRouter> attach(StreamObserver<FromRouter> responses) {
            return Link.<chasqui.router.v1.FromRouterItem, FromRouter, ToRouter>serve(
                responses, items -> FromRouter.newBuilder().addAllItems(items).build(), LinkLimits.DEFAULT, link -> new LinkListener<>() {
                  @Override
                  public void onFrame(ToRouter frame) {
                    events.add("hello to " + incarnation);
                  }

                  @Override
                  public void onBroken(Status why) {
                    events.add("left " + incarnation);
                  }
                });
          }
        }).build().start());
    return new NodeRecord(id, incarnation, name, Set.of(Role.ROUTER), NodeState.READY, "");
  }

  @AfterEach
  void stop() {
    links.close();
    servers.forEach(Server::shutdownNow);
    scheduler.shutdownNow();
  }

  @Test
  void a_ready_node_gets_a_link_and_a_starting_one_none() throws Exception {
    NodeRecord node = serve("a", "a1");
    membership.announce(node.in(NodeState.STARTING));
    links.start();
    assertEquals(Optional.empty(), links.to(node));
    membership.announce(node);
    await(() -> links.to(node).isPresent() && events.contains("hello to a1"));
    membership.announce(node.in(NodeState.DRAINING));
    assertTrue(links.to(node).isPresent(), "answers under way still come");
  }

  @Test
  void another_incarnation_gets_another_link_and_the_old_one_is_no_more() throws Exception {
    NodeRecord first = serve("a", "a1");
    membership.announce(first);
    links.start();
    await(() -> events.contains("hello to a1"));
    NodeRecord second = serve("a", "a2");
    membership.announce(second);
    await(() -> events.containsAll(List.of("hello to a2", "broken a1", "left a1")));
    assertEquals(Optional.empty(), links.to(first));
    assertTrue(links.to(second).isPresent());
  }

  @Test
  void a_broken_link_is_opened_again() throws Exception {
    NodeRecord node = serve("a", "a1");
    membership.announce(node);
    links.start();
    await(() -> events.contains("hello to a1"));
    links.to(node).orElseThrow().fail(Status.UNAVAILABLE);
    await(() -> events.stream().filter("hello to a1"::equals).count() == 2);
    assertEquals(1, events.stream().filter("broken a1"::equals).count());
  }

  @Test
  void a_node_that_cannot_be_dialled_costs_no_other_its_link_and_is_tried_again() throws Exception {
    undialled.add("b");
    NodeRecord bad = serve("b", "b1");
    membership.announce(serve("a", "a1"));
    membership.announce(bad);
    membership.announce(serve("c", "c1"));
    links.start();
    await(() -> events.containsAll(List.of("hello to a1", "hello to c1")));
    membership.announce(serve("d", "d1"));
    await(() -> events.contains("hello to d1"));
    assertEquals(Optional.empty(), links.to(bad));
    undialled.clear();
    await(() -> events.contains("hello to b1"));
    links.close();
    await(() -> events.contains("left b1"));
  }

  @Test
  void a_node_that_is_gone_loses_its_link() throws Exception {
    NodeRecord node = serve("a", "a1");
    membership.announce(node);
    links.start();
    await(() -> links.to(node).isPresent());
    membership.withdraw("a");
    await(() -> events.contains("left a1"));
    assertEquals(Optional.empty(), links.to(node));
  }
}
