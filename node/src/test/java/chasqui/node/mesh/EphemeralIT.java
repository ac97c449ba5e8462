package chasqui.node.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Presence;
import chasqui.edge.v1.PresenceSubscription;
import chasqui.edge.v1.ServerFrame;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.edge.v1.Typing;
import chasqui.edge.v1.TypingSignal;
import chasqui.testkit.process.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What may be dropped, through a whole mesh over real loopback gRPC.
class EphemeralIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration AGAIN = Duration.ofSeconds(3);

  @TempDir
  private Path data;

  private static void type(RawDevice device, String conversation, boolean typing) {
    device.send(ClientFrame.newBuilder()
        .setTyping(TypingSignal.newBuilder().setConversationId(conversation).setTyping(typing)).build());
  }

  /// The first signal that `hearer` is shown of what `typist` does. One may be dropped, so it is given again, as a client
  /// does while its person types on.
  private static Typing heard(RawDevice typist, String conversation, boolean typing, RawDevice hearer) {
    return Await.value(PATIENCE, "a signal is heard", () -> {
      type(typist, conversation, typing);
      return hearer.await(AGAIN, frame -> frame.hasTyping() && frame.getTyping().getTyping() == typing)
          .map(ServerFrame::getTyping);
    });
  }

  private static Typing typing(String conversation, String user, boolean typing) {
    return Typing.newBuilder().setConversationId(conversation).setUserId(user).setTyping(typing).build();
  }

  @Test
  void the_other_members_see_who_types_on_any_edge() {
    try (MeshFixture mesh = MeshFixture.start(data, 2, Map.of())) {
      String group = mesh.group("alice", "team", "bob", "carol");
      RawDevice alice = mesh.connect("alice", "phone", 1);
      RawDevice bob = mesh.connect("bob", "phone", 1);
      RawDevice carol = RawDevice.connect(mesh.channel(1), mesh.token("carol"), "phone", 1);
      assertEquals(typing(group, "alice", true), heard(alice, group, true, bob));
      assertEquals(typing(group, "alice", true), heard(alice, group, true, carol));
      assertEquals(typing(group, "alice", false), heard(alice, group, false, bob));
    }
  }

  @Test
  void a_friend_is_seen_to_come_and_go_on_any_edge_and_a_stranger_is_not() {
    try (MeshFixture mesh = MeshFixture.start(data, 2, Map.of("presence.offline-after", "1s"))) {
      mesh.direct("alice", "bob");
      mesh.connect("mallory", "phone", 1);
      RawDevice alice = mesh.connect("alice", "phone", 1);
      alice.send(ClientFrame.newBuilder()
          .setPresenceSubscription(PresenceSubscription.newBuilder().addUserIds("mallory").addUserIds("bob")).build());
      RawDevice phone = RawDevice.connect(mesh.channel(1), mesh.token("bob"), "phone", 1);
      assertEquals(presence("bob", true), first(alice, true));
      RawDevice laptop = mesh.connect("bob", "laptop", 1);
      phone.close();
      laptop.close();
      Presence gone = alice.await(FrameCase.PRESENCE).getPresence();
      assertEquals(presence("bob", false), gone.toBuilder().clearLastSeenTime().build());
    }
  }

  /// The first that is told with this state: until a node has known of somebody for a while it may say that they are away.
  private static Presence first(RawDevice device, boolean online) {
    return device.await(frame -> frame.hasPresence() && frame.getPresence().getOnline() == online).getPresence();
  }

  private static Presence presence(String user, boolean online) {
    return Presence.newBuilder().setUserId(user).setOnline(online).build();
  }

  @Test
  void a_stranger_is_not_seen_and_not_told() {
    try (MeshFixture mesh = MeshFixture.start(data)) {
      String conversation = mesh.direct("alice", "bob");
      RawDevice alice = mesh.connect("alice", "phone", 1);
      RawDevice bob = mesh.connect("bob", "phone", 1);
      RawDevice mallory = mesh.connect("mallory", "phone", 1);
      type(mallory, conversation, true);
      type(mallory, "d-no-such-conversation", true);
      // The signals of one edge reach the router in order: what was told of mallory would come before this.
      assertEquals("alice", heard(alice, conversation, true, bob).getUserId());
      mallory.send(ClientFrame.newBuilder().setHeartbeat(chasqui.edge.v1.Heartbeat.newBuilder().setNonce(7)).build());
      assertEquals(7, mallory.await(frame -> true).getHeartbeat().getNonce(), "nothing was answered");
    }
  }
}
