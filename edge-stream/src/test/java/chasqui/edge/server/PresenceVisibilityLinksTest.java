package chasqui.edge.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Presence;
import chasqui.edge.v1.PresenceSubscription;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.PresenceDescription;
import chasqui.people.v1.PresenceVisibility;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Whose sessions hear that somebody chose what their presence shows.
class PresenceVisibilityLinksTest {

  private final EdgeRig rig = new EdgeRig();

  PresenceVisibilityLinksTest() throws Exception {}

  @BeforeEach
  void talk() {
    synchronized (rig.mesh) {
      rig.owner.log("direct-bob", 1, 1);
      rig.owner.log("direct-alice", 1, 1);
    }
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private TestClient watching(String user, String watched) throws Exception {
    TestClient client = TestClient.open(rig.inProcess()).hello(user, "phone", 1);
    client.await(FrameCase.CAUGHT_UP);
    long before = rig.mesh.presence.count("watch " + watched);
    client.write(ClientFrame.newBuilder()
        .setPresenceSubscription(PresenceSubscription.newBuilder().addUserIds(watched)).build());
    TestClient.await("the watch", () -> rig.mesh.presence.count("watch " + watched) == before + 1);
    rig.mesh.presence.tell(watched, true);
    assertEquals(Presence.newBuilder().setUserId(watched).setOnline(true).build(), client.await(FrameCase.PRESENCE).getPresence());
    return client;
  }

  private void hides(String user) {
    synchronized (rig.mesh) {
      rig.owner.presences.put(user, PresenceDescription.newBuilder()
          .setVisibility(PresenceVisibility.PRESENCE_VISIBILITY_HIDDEN).build());
    }
  }

  private static void goes(TestClient client, int frames, String user) {
    TestClient.await("the end of it", () -> client.of(FrameCase.PRESENCE).size() == frames);
    assertEquals(
        Presence.newBuilder().setUserId(user).build(), client.of(FrameCase.PRESENCE).getLast().getPresence());
  }

  private long read() {
    return rig.mesh.asked.stream().filter(MailboxRequest::hasDescribePresence).count();
  }

  @Test
  void whoever_watches_them_hears_of_it_and_their_own_sessions_and_nobody_else() throws Exception {
    TestClient alice = watching("alice", "bob");
    TestClient bob = watching("bob", "alice");
    long before = read();
    hides("bob");
    rig.mesh.visibilityStored("carol");
    rig.mesh.visibilityStored("bob");
    goes(alice, 2, "bob");
    goes(bob, 2, "alice");
    assertEquals(before + 2, read(), "bob's choice, once by each of the two");
  }

  @Test
  void after_a_break_of_the_registry_s_link_everybody_who_watches_reads_anew() throws Exception {
    TestClient alice = watching("alice", "bob");
    rig.mesh.kill("registry-1");
    TestClient.await("the break to be noticed", () -> !rig.node.isReady());
    hides("bob");
    rig.mesh.startRegistry("registry-1");
    goes(alice, 2, "bob");
    assertEquals(List.of(), rig.unreasoned);
  }
}
