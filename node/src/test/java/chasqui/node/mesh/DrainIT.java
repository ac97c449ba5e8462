package chasqui.node.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.v1.ServerFrame.FrameCase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An edge leaves while people talk: they move to the other one, nothing is lost and nothing is shown twice.
class DrainIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  // What is said meanwhile must be said before.
  private static final Duration DRAIN_WITHIN = Duration.ofSeconds(30);
  private static final int CLIENTS = 10;

  @TempDir
  private Path data;

  @Test
  void a_raw_stream_is_told_when_to_come_back_and_served_until_then() throws Exception {
    try (MeshFixture mesh = MeshFixture.start(data, 2, Map.of())) {
      String conversation = mesh.direct("alice", "bob");
      RawDevice alice = mesh.connect("alice", "phone", 1);
      RawDevice bob = RawDevice.connect(mesh.channel(1), mesh.token("bob"), "laptop", 1);
      var drained = mesh.mesh().edges().getFirst().drain(DRAIN_WITHIN);
      var drain = alice.await(FrameCase.DRAIN).getDrain();
      assertEquals(DRAIN_WITHIN.toSeconds(), drain.getDeadline().getSeconds());
      assertTrue(drain.getReconnectAfter().getSeconds() < DRAIN_WITHIN.toSeconds(), drain.toString());
      alice.say(conversation, "still here");
      bob.hear("still here");
      assertTrue(!mesh.mesh().edges().getFirst().isReady());
      RawDevice next = RawDevice.connect(mesh.channel(1), mesh.token("alice"), "phone", 2);
      alice.close();
      drained.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      bob.say(conversation, "welcome back");
      next.hear("welcome back");
    }
  }

  @Test
  void clients_that_talk_move_to_the_other_edge_without_loss_or_repeat() throws Exception {
    try (MeshFixture mesh = MeshFixture.start(data, 2, Map.of())) {
      List<Talker> talkers = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        talkers.add(new Talker(
            mesh::token, mesh.mesh().edges().stream().map(EdgeRole::address).toList(),
            mesh.direct("alice-" + i, "bob-" + i), "alice-" + i, "bob-" + i));
      }
      talkers.forEach(talker -> talker.sendMany(20));
      EdgeRole first = mesh.mesh().edges().getFirst();
      var drained = first.drain(Duration.ofSeconds(4));
      while (!drained.isDone()) {
        talkers.forEach(talker -> talker.sendMany(1));
      }
      assertEquals(0, first.sessions(), "every client left before the deadline");
      first.close();
      talkers.forEach(talker -> talker.sendMany(20));
      talkers.forEach(Talker::verify);
      talkers.forEach(Talker::close);
    }
  }
}
