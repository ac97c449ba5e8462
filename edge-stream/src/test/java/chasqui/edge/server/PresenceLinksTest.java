package chasqui.edge.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.PresenceSubscription;
import chasqui.edge.v1.ServerFrame.FrameCase;
import java.util.List;
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
}
