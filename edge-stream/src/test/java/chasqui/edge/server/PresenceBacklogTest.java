package chasqui.edge.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.discovery.Slots;
import chasqui.edge.session.RegistryPort;
import chasqui.link.LinkLimits;
import chasqui.presence.v1.PresenceHello;
import java.io.IOException;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Links that hold far less than there is to say when they open.
class PresenceBacklogTest {

  private static final int USERS = 500;
  private static final LinkLimits SMALL = new LinkLimits(256, 64 * 1024, 16, 1024, 4);

  private final FakeMesh mesh = new FakeMesh();
  private final FakePresence presence = mesh.presence;
  private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
  private final PresenceLinks links = new PresenceLinks(
      new Slots(1024), new SessionTable(1), PresenceHello.newBuilder().setNodeId("edge-1").build(), mesh::channel, SMALL,
      new LinkTimers(timers, new Random(), System::nanoTime));

  PresenceBacklogTest() throws IOException {}

  @BeforeEach
  void everybodyIsHere() throws Exception {
    mesh.kill("registry-1");
    mesh.membership.subscribe(links::view);
    for (int i = 0; i < USERS; i++) {
      links.here(card(i));
    }
    links.watch(1, names("friend").collect(Collectors.toSet()));
  }

  @AfterEach
  void close() {
    links.close();
    mesh.close();
    timers.shutdownNow();
  }

  private static RegistryPort.Card card(int user) {
    return new RegistryPort.Card("user" + user, "phone", user, 1);
  }

  private static Stream<String> names(String kind) {
    return IntStream.range(0, USERS).mapToObj(i -> kind + i);
  }

  private Set<String> said(String word) {
    return presence.said.stream().filter(said -> said.startsWith(word + ' ')).collect(Collectors.toCollection(TreeSet::new));
  }

  private void awaitSaid(String word, int users) {
    TestClient.await(users + " times " + word, () -> said(word).size() == users);
  }

  @Test
  void everything_is_said_in_shares_on_one_link() throws Exception {
    mesh.startRegistry("registry-1");
    awaitSaid("here", USERS);
    awaitSaid("watch", USERS);
    assertEquals(1, presence.count("hello edge-1"), "the link never broke");
    assertEquals(1 + 2 * USERS, presence.said.size(), "nothing was said twice");
  }

  @Test
  void who_leaves_before_being_said_is_not_said() throws Exception {
    for (int i = 0; i < USERS; i++) {
      if (i % 2 == 0) {
        links.left(card(i), 0);
      }
    }
    links.watch(1, Set.of("friend1"));
    mesh.startRegistry("registry-1");
    awaitSaid("here", USERS / 2);
    awaitSaid("watch", 1);
    assertEquals(Set.of(), said("left"));
    assertEquals(Set.of(), said("unwatch"));
  }

  @Test
  void who_moves_to_another_owner_is_taken_back_from_the_first_and_said_there_in_shares() throws Exception {
    mesh.startRegistry("registry-1");
    awaitSaid("here", USERS);
    awaitSaid("watch", USERS);
    presence.said.clear();
    int users = (int) names("user").filter(mesh::isOfSecondRegistry).count();
    int friends = (int) names("friend").filter(mesh::isOfSecondRegistry).count();
    mesh.startRegistry("registry-2");
    awaitSaid("here", users);
    awaitSaid("watch", friends);
    awaitSaid("left", users);
    awaitSaid("unwatch", friends);
    assertEquals(1, presence.count("hello edge-1"), "only the new link was opened");
    assertEquals(1 + 2 * users + 2 * friends, presence.said.size(), "nothing was said twice");
  }
}
