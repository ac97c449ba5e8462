package chasqui.node.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Presence;
import chasqui.edge.v1.PresenceSubscription;
import chasqui.people.v1.GetPresenceRequest;
import chasqui.people.v1.GetPresenceVisibilityRequest;
import chasqui.people.v1.PresenceServiceGrpc;
import chasqui.people.v1.PresenceServiceGrpc.PresenceServiceBlockingStub;
import chasqui.people.v1.PresenceState;
import chasqui.people.v1.PresenceVisibility;
import chasqui.people.v1.SetPresenceVisibilityRequest;
import chasqui.people.v1.UserPresence;
import chasqui.testkit.process.Await;
import com.google.protobuf.Timestamp;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What people show of their presence, through a whole mesh with two edges: alice is at the one, bob at the other.
class PresenceIT {

  private static final PresenceVisibility ALL = PresenceVisibility.PRESENCE_VISIBILITY_ONLINE_AND_LAST_SEEN;
  private static final PresenceVisibility HIDDEN = PresenceVisibility.PRESENCE_VISIBILITY_HIDDEN;
  private static final Map<String, String> SOON = Map.of("presence.offline-after", "1s");

  @TempDir
  private Path data;

  private static PresenceServiceBlockingStub presence(MeshFixture mesh, int edge, String user) {
    return PresenceServiceGrpc.newBlockingStub(mesh.channel(edge)).withCallCredentials(MeshFixture.bearer(mesh.token(user)))
        .withDeadlineAfter(1, TimeUnit.MINUTES);
  }

  private static void show(MeshFixture mesh, int edge, String user, PresenceVisibility visibility) {
    var _ = presence(mesh, edge, user).setPresenceVisibility(
        SetPresenceVisibilityRequest.newBuilder().setVisibility(visibility).build());
  }

  /// Bob's device, that watches alice.
  private static RawDevice watching(MeshFixture mesh) {
    RawDevice bob = RawDevice.connect(mesh.channel(1), mesh.token("bob"), "phone", 1);
    bob.send(ClientFrame.newBuilder()
        .setPresenceSubscription(PresenceSubscription.newBuilder().addUserIds("alice")).build());
    return bob;
  }

  private static Presence told(RawDevice bob, Predicate<Presence> wanted) {
    return bob.await(frame -> frame.hasPresence() && wanted.test(frame.getPresence())).getPresence();
  }

  private static void isRecent(Timestamp seen) {
    long age = Instant.now().getEpochSecond() - seen.getSeconds();
    assertTrue(age >= 0 && age < 180, "seen " + age + " s ago");
    assertEquals(0, seen.getSeconds() % 60, "to the minute");
  }

  @Test
  void who_goes_was_last_seen_then_and_who_hides_is_gone_at_once() {
    try (MeshFixture mesh = MeshFixture.start(data, 2, SOON)) {
      mesh.direct("alice", "bob");
      RawDevice alice = mesh.connect("alice", "phone", 1);
      RawDevice bob = watching(mesh);
      var _ = told(bob, Presence::getOnline);
      show(mesh, 0, "alice", HIDDEN);
      assertEquals(Presence.newBuilder().setUserId("alice").build(), told(bob, presence -> true));
      show(mesh, 1, "alice", ALL);
      assertEquals(Presence.newBuilder().setUserId("alice").setOnline(true).build(), told(bob, presence -> true));
      alice.close();
      Presence gone = told(bob, presence -> true);
      assertEquals(false, gone.getOnline());
      isRecent(gone.getLastSeenTime());
    }
  }

  @Test
  void who_hides_is_not_told_of_others_either() {
    try (MeshFixture mesh = MeshFixture.start(data, 2, SOON)) {
      mesh.direct("alice", "bob");
      RawDevice alice = mesh.connect("alice", "phone", 1);
      RawDevice bob = watching(mesh);
      var _ = told(bob, Presence::getOnline);
      show(mesh, 0, "bob", HIDDEN);
      assertEquals(Presence.newBuilder().setUserId("alice").build(), told(bob, presence -> true));
      show(mesh, 0, "bob", PresenceVisibility.PRESENCE_VISIBILITY_ONLINE_ONLY);
      assertEquals(Presence.newBuilder().setUserId("alice").setOnline(true).build(), told(bob, presence -> true));
      alice.close();
      assertEquals(Presence.newBuilder().setUserId("alice").build(), told(bob, presence -> true), "without the time");
    }
  }

  @Test
  void a_call_tells_of_friends_what_the_stream_does_and_of_all_others_nothing() {
    try (MeshFixture mesh = MeshFixture.start(data, 2, SOON)) {
      mesh.direct("alice", "bob");
      RawDevice alice = mesh.connect("alice", "phone", 1);
      RawDevice mallory = mesh.connect("mallory", "phone", 1);
      assertEquals(
          List.of(state("mallory", PresenceState.PRESENCE_STATE_UNKNOWN), state("alice", PresenceState.PRESENCE_STATE_ONLINE),
              state("nobody", PresenceState.PRESENCE_STATE_UNKNOWN)),
          get(mesh, "mallory", "alice", "nobody"));
      alice.close();
      Await.until(Duration.ofSeconds(30), "alice to be offline",
          () -> get(mesh, "alice").getFirst().getState() == PresenceState.PRESENCE_STATE_OFFLINE);
      isRecent(get(mesh, "alice").getFirst().getLastSeenTime());
      show(mesh, 0, "alice", HIDDEN);
      assertEquals(List.of(state("alice", PresenceState.PRESENCE_STATE_UNKNOWN)), get(mesh, "alice"));
      mallory.close();
    }
  }

  private static List<UserPresence> get(MeshFixture mesh, String... users) {
    return presence(mesh, 1, "bob").getPresence(GetPresenceRequest.newBuilder().addAllUserIds(List.of(users)).build())
        .getPresencesList();
  }

  private static UserPresence state(String user, PresenceState state) {
    return UserPresence.newBuilder().setUserId(user).setState(state).build();
  }

  @Test
  void a_choice_is_there_after_a_restart() {
    try (MeshFixture mesh = MeshFixture.start(data)) {
      show(mesh, 0, "alice", HIDDEN);
    }
    try (MeshFixture mesh = MeshFixture.start(data)) {
      assertEquals(HIDDEN, presence(mesh, 0, "alice")
          .getPresenceVisibility(GetPresenceVisibilityRequest.getDefaultInstance()).getVisibility());
    }
  }
}
