package chasqui.node.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.client.SendReceipt;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Send;
import chasqui.edge.v1.ServerFrame;
import chasqui.log.v1.Message;
import chasqui.log.v1.TextContent;
import chasqui.node.CommandRun;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A data set moves to another node, or goes back in time, and devices go on with it.
class PortableIT {

  private static final Send FIRST = Send.newBuilder()
      .setClientMessageId(ByteString.copyFrom(ByteBuffer.allocate(20).putLong(1).putInt(7).rewind()))
      .setMessage(Message.newBuilder().setText(TextContent.newBuilder().setText("one"))).build();

  @TempDir
  private Path folder;

  @Test
  void after_a_move_cursors_ids_and_pairs_go_on_and_the_bytes_are_the_same() throws Exception {
    Path file = folder.resolve("export");
    String conversation;
    long first;
    SendReceipt once;
    try (MeshFixture mesh = MeshFixture.start(folder.resolve("a"))) {
      conversation = mesh.direct("alice", "bob");
      try (SdkDevice bob = sdk(mesh, "bob", "phone")) {
        RawDevice alice = mesh.connect("alice", "phone", 1);
        first = send(alice, conversation);
        bob.awaitText("one");
        alice.close();
        once = bob.sayOnce(conversation, "key", "answer");
      }
      try (SdkDevice alice = sdk(mesh, "alice", "tablet")) {
        alice.say(conversation, "two");
        alice.say(conversation, "three");
      }
    }
    run("export", "--data", folder.resolve("a"), "--out", file);
    run("import", "--data", folder.resolve("b"), "--from", file);
    run("export", "--data", folder.resolve("b"), "--out", folder.resolve("again"));
    assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(folder.resolve("again")));
    try (MeshFixture mesh = MeshFixture.start(folder.resolve("b"))) {
      try (SdkDevice bob = sdk(mesh, "bob", "phone")) {
        bob.awaitText("three");
        assertEquals(List.of("two", "three"), bob.screen(conversation).stream().filter(text -> !text.equals("answer")).toList());
        assertEquals(once.seq(), bob.sayOnce(conversation, "key", "answer").seq());
      }
      RawDevice alice = mesh.connect("alice", "phone", 2);
      assertEquals(first, send(alice, conversation));
      alice.close();
      assertEquals(conversation, mesh.direct("bob", "alice"));
    }
  }

  @Test
  void after_a_restore_devices_forget_what_was_said_since_the_backup_and_no_place_is_given_twice_in_a_generation()
      throws Exception {
    Path data = folder.resolve("data");
    String conversation;
    String later;
    SendReceipt lost;
    SendReceipt lostElsewhere;
    try (MeshFixture mesh = MeshFixture.start(data)) {
      conversation = mesh.direct("alice", "bob");
      try (SdkDevice alice = sdk(mesh, "alice", "phone"); SdkDevice bob = sdk(mesh, "bob", "phone")) {
        alice.say(conversation, "kept");
        bob.awaitText("kept");
      }
    }
    run("backup", "--data", data, "--out", folder.resolve("backup"));
    try (MeshFixture mesh = MeshFixture.start(data)) {
      later = mesh.direct("alice", "dave");
      try (SdkDevice alice = sdk(mesh, "alice", "phone"); SdkDevice bob = sdk(mesh, "bob", "phone")) {
        lost = alice.say(conversation, "lost");
        lostElsewhere = alice.say(later, "lost as well");
        bob.awaitText("lost");
      }
    }
    restore(data);
    try (MeshFixture mesh = MeshFixture.start(data);
        SdkDevice alice = sdk(mesh, "alice", "phone"); SdkDevice bob = sdk(mesh, "bob", "phone")) {
      // Nobody has said anything: that the conversation was rewound is told all the same.
      bob.awaitAnew(conversation);
      bob.awaitText("kept");
      assertEquals(List.of("kept"), bob.screen(conversation));
      alice.awaitAnew(conversation);
      SendReceipt next = alice.say(conversation, "next");
      bob.awaitText("next");
      assertEquals(List.of("kept", "next"), bob.screen(conversation));
      assertEquals(lost.seq(), next.seq());
      assertTrue(next.generation() > lost.generation(), "the place of what was lost is given again in its generation");
      assertEquals(later, mesh.direct("alice", "dave"));
      SendReceipt again = alice.say(later, "hello");
      assertEquals(lostElsewhere.seq(), again.seq());
      assertNotEquals(lostElsewhere.generation(), again.generation());
      alice.awaitAnew(later);
      alice.awaitText("hello");
      assertEquals(List.of("hello"), alice.screen(later));
    }
  }

  @Test
  void a_device_that_is_owed_nothing_is_told_of_a_restore_too() throws Exception {
    Path data = folder.resolve("data");
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-03-01T12:00:00Z"));
    String conversation;
    try (MeshFixture mesh = MeshFixture.start(data, now::get)) {
      conversation = mesh.direct("alice", "bob");
      try (SdkDevice alice = sdk(mesh, "alice", "phone")) {
        alice.say(conversation, "before the tablet came");
      }
    }
    // By then nothing of the conversation is owed to the tablet, which is told the head alone.
    now.set(now.get().plus(Duration.ofDays(10)));
    try (MeshFixture mesh = MeshFixture.start(data, now::get)) {
      try (SdkDevice bob = sdk(mesh, "bob", "tablet")) {
        bob.awaitHead(conversation);
      }
    }
    run("backup", "--data", data, "--out", folder.resolve("backup"));
    try (MeshFixture mesh = MeshFixture.start(data, now::get);
        SdkDevice bob = sdk(mesh, "bob", "tablet"); SdkDevice alice = sdk(mesh, "alice", "phone")) {
      alice.say(conversation, "lost");
      bob.awaitText("lost");
    }
    restore(data);
    try (MeshFixture mesh = MeshFixture.start(data, now::get); SdkDevice bob = sdk(mesh, "bob", "tablet")) {
      bob.awaitAnew(conversation);
      assertEquals(List.of(), bob.screen(conversation));
    }
  }

  private void restore(Path data) throws Exception {
    try (Stream<Path> files = Files.walk(data.resolve("rocksdb"))) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
    run("restore", "--data", data, "--from", folder.resolve("backup"));
  }

  private SdkDevice sdk(MeshFixture mesh, String user, String device) {
    return SdkDevice.connect(
        mesh.mesh().edges().getFirst().address(), mesh.token(user), device, folder.resolve(user + "-" + device));
  }

  private static long send(RawDevice device, String conversation) {
    device.send(ClientFrame.newBuilder().setSend(FIRST.toBuilder().setConversationId(conversation)).build());
    return device.await(ServerFrame.FrameCase.SEND_ACCEPTED).getSendAccepted().getSeq();
  }

  private static void run(String command, String dataOption, Path data, String fileOption, Path file) {
    CommandRun run = CommandRun.of(command, dataOption, data.toString(), fileOption, file.toString());
    assertEquals(0, run.exit(), run.err());
  }
}
