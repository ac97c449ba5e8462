package chasqui.edge.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.PresenceSubscription;
import chasqui.edge.v1.ServerFrame.FrameCase;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What an edge says of presence, and what it makes of the answers.
class PresenceLinksTest {

  private final EdgeRig rig = new EdgeRig();
  private final FakePresence presence = rig.mesh.presence;

  PresenceLinksTest() throws Exception {}

  @BeforeEach
  void talk() {
    synchronized (rig.mesh) {
      rig.owner.log("direct-bob", 1, 1);
    }
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private TestClient live(String device, String... watched) throws Exception {
    TestClient client = TestClient.open(rig.inProcess()).hello("alice", device, 1);
    client.await(FrameCase.CAUGHT_UP);
    if (watched.length > 0) {
      client.write(ClientFrame.newBuilder()
          .setPresenceSubscription(PresenceSubscription.newBuilder().addAllUserIds(List.of(watched))).build());
    }
    return client;
  }

  private void awaitSaid(String word, long times) {
    TestClient.await(word, () -> presence.count(word) == times);
  }

  @Test
  void a_user_is_watched_once_for_all_sessions_and_the_last_to_leave_ends_it() throws Exception {
    TestClient phone = live("phone", "bob", "mallory");
    awaitSaid("watch bob", 1);
    presence.tell("bob", true);
    assertEquals("bob", phone.await(FrameCase.PRESENCE).getPresence().getUserId());
    TestClient tablet = live("tablet", "bob");
    assertEquals("bob", tablet.await(FrameCase.PRESENCE).getPresence().getUserId(), "told what is known already");
    phone.halfClose();
    awaitSaid("left alice", 1);
    assertEquals(0, presence.count("unwatch bob"));
    tablet.halfClose();
    awaitSaid("left alice", 2);
    awaitSaid("unwatch bob", 1);
    assertEquals(1, presence.count("watch bob"));
    assertEquals(0, presence.count("watch mallory"));
  }

  @Test
  void all_is_said_again_after_a_break() throws Exception {
    TestClient phone = live("phone", "bob");
    awaitSaid("watch bob", 1);
    rig.mesh.kill("registry-1");
    TestClient.await("the break to be noticed", () -> !rig.node.isReady());
    rig.mesh.startRegistry("registry-1");
    awaitSaid("here alice", 2);
    awaitSaid("watch bob", 2);
    presence.tell("bob", true);
    assertEquals("bob", phone.await(FrameCase.PRESENCE).getPresence().getUserId());
  }

  @Test
  void only_the_owner_of_a_user_is_believed_and_only_what_that_one_said() throws Exception {
    String moving = friendOfSecondRegistry();
    TestClient phone = live("phone", moving);
    awaitSaid("watch " + moving, 1);
    presence.tell(moving, true);
    assertTrue(phone.await(FrameCase.PRESENCE).getPresence().getOnline());

    rig.mesh.startRegistry("registry-2");
    awaitSaid("watch " + moving, 2);
    FakePresence.tell(presence.links.getFirst(), moving, false);
    TestClient tablet = live("tablet", moving, "bob");
    // Only then is the tablet's list looked at as a whole.
    awaitSaid("watch bob", 1);
    presence.tell(moving, true);
    assertTrue(tablet.await(FrameCase.PRESENCE).getPresence().getOnline(), "told by the owner, not by the former one");
    presence.tell(moving, false);
    TestClient.await("the change", () -> phone.of(FrameCase.PRESENCE).size() > 1);
    assertEquals(List.of(true, false), online(phone), "a former owner is heard no more");
    TestClient.await("the change", () -> tablet.of(FrameCase.PRESENCE).size() > 1);
    assertEquals(List.of(true, false), online(tablet));
  }

  @Test
  void a_new_owner_says_what_is_told_to_new_watchers() throws Exception {
    String moving = friendOfSecondRegistry();
    live("phone", moving);
    awaitSaid("watch " + moving, 1);
    presence.tell(moving, true);
    rig.mesh.startRegistry("registry-2");
    awaitSaid("watch " + moving, 2);
    TestClient tablet = live("tablet", moving, "bob");
    awaitSaid("watch bob", 1);
    presence.tell(moving, false);
    assertFalse(tablet.await(FrameCase.PRESENCE).getPresence().getOnline());
  }

  private String friendOfSecondRegistry() {
    String friend = IntStream.range(0, 100).mapToObj(i -> "friend" + i)
        .filter(rig.mesh::isOfSecondRegistry).findFirst().orElseThrow();
    synchronized (rig.mesh) {
      rig.owner.log("direct-" + friend, 1, 1);
    }
    return friend;
  }

  private static List<Boolean> online(TestClient client) {
    return client.of(FrameCase.PRESENCE).stream().map(frame -> frame.getPresence().getOnline()).toList();
  }
}
