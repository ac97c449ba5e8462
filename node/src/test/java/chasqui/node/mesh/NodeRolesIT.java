package chasqui.node.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.edge.v1.Welcome;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// People chat through a whole mesh, by raw stubs over real loopback gRPC.
class NodeRolesIT {

  @TempDir
  private Path data;

  @Test
  void two_users_chat() {
    try (MeshFixture mesh = MeshFixture.start(data)) {
      String conversation = mesh.direct("alice", "bob");
      RawDevice alice = mesh.connect("alice", "phone", 1);
      RawDevice bob = mesh.connect("bob", "laptop", 1);
      assertEquals(2, alice.say(conversation, "hello bob").getSeq());
      assertEquals("alice", bob.hear("hello bob").getSenderUser());
      assertEquals(3, bob.say(conversation, "hello alice").getSeq());
      assertEquals("laptop", alice.hear("hello alice").getSenderDevice());
      assertFalse(alice.texts().contains("hello bob"), "an accepted send counts as delivered to its own stream");
    }
  }

  @Test
  void a_device_that_was_away_catches_up_before_it_is_told_so() {
    try (MeshFixture mesh = MeshFixture.start(data)) {
      String conversation = mesh.direct("alice", "bob");
      mesh.connect("bob", "laptop", 1).close();
      RawDevice alice = mesh.connect("alice", "phone", 1);
      alice.say(conversation, "one");
      alice.say(conversation, "two");
      RawDevice bob = RawDevice.hello(mesh.channel(0), mesh.token("bob"), "laptop", 2);
      Welcome welcome = bob.welcome();
      assertEquals("bob", welcome.getUserId());
      assertFalse(welcome.getNewDevice());
      bob.await(FrameCase.CAUGHT_UP);
      assertEquals(List.of("one", "two"), bob.texts());
    }
  }

  @Test
  void every_device_of_a_user_gets_the_entry_but_the_one_that_sent_it() {
    try (MeshFixture mesh = MeshFixture.start(data)) {
      String conversation = mesh.direct("alice", "bob");
      RawDevice phone = mesh.connect("alice", "phone", 1);
      RawDevice tablet = mesh.connect("alice", "tablet", 1);
      RawDevice bob = mesh.connect("bob", "laptop", 1);
      phone.say(conversation, "to all");
      tablet.hear("to all");
      bob.hear("to all");
      bob.say(conversation, "back");
      phone.hear("back");
      tablet.hear("back");
      assertEquals(List.of("back"), phone.texts());
    }
  }

  @Test
  void a_group_is_told_to_all_its_members() {
    try (MeshFixture mesh = MeshFixture.start(data)) {
      String group = mesh.group("alice", "team", "bob", "carol");
      RawDevice alice = mesh.connect("alice", "phone", 1);
      RawDevice bob = mesh.connect("bob", "phone", 1);
      RawDevice carol = mesh.connect("carol", "phone", 1);
      alice.say(group, "hello team");
      bob.hear("hello team");
      carol.hear("hello team");
    }
  }

  @Test
  void what_was_acked_is_there_after_a_restart() {
    String conversation;
    try (MeshFixture mesh = MeshFixture.start(data)) {
      conversation = mesh.direct("alice", "bob");
      RawDevice bob = mesh.connect("bob", "laptop", 1);
      RawDevice alice = mesh.connect("alice", "phone", 1);
      alice.say(conversation, "before");
      bob.hear("before");
      bob.close();
      alice.say(conversation, "while bob is away");
    }
    try (MeshFixture mesh = MeshFixture.start(data)) {
      RawDevice bob = mesh.connect("bob", "laptop", 2);
      assertEquals(List.of("while bob is away"), bob.texts(), "the cursor was stored, so nothing is sent again");
      RawDevice alice = mesh.connect("alice", "phone", 2);
      assertTrue(alice.say(conversation, "after").getSeq() == 4);
      bob.hear("after");
    }
  }
}
