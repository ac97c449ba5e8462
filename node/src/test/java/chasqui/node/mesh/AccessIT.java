package chasqui.node.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.conversation.v1.ListConversationsRequest;
import chasqui.device.v1.DeviceServiceGrpc;
import chasqui.device.v1.SignOutDeviceRequest;
import chasqui.edge.auth.DevKeys;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.error.v1.Reason;
import chasqui.node.StartException;
import chasqui.node.TestCertificate;
import chasqui.status.Statuses;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who gets in, and how.
class AccessIT {

  @TempDir
  private Path folder;

  @Test
  void chat_is_encrypted_end_to_end_of_the_wire() throws Exception {
    TestCertificate certificate = TestCertificate.in(folder, "own");
    TestCertificate other = TestCertificate.in(folder, "other");
    Map<String, String> tls = Map.of(
        "tls.certificate", certificate.certificate().toString(), "tls.key", certificate.key().toString());
    try (MeshFixture mesh = MeshFixture.start(folder.resolve("data"), 1, tls)) {
      RawDevice alice = RawDevice.connect(mesh.secureChannel(certificate.certificate()), mesh.token("alice"), "phone", 1);
      alice.close();
      RawDevice stranger = RawDevice.hello(mesh.secureChannel(other.certificate()), mesh.token("alice"), "phone", 2);
      assertEquals(Status.Code.UNAVAILABLE, stranger.end().getCode(), "the server is not who the client trusts");
      RawDevice plain = RawDevice.hello(mesh.channel(0), mesh.token("alice"), "phone", 3);
      assertEquals(Status.Code.UNAVAILABLE, plain.end().getCode(), "nothing is taken in the clear");
    }
  }

  @Test
  void a_certificate_that_cannot_be_read_is_told_in_a_sentence() throws Exception {
    Path wrong = Files.writeString(folder.resolve("wrong.pem"), "nothing");
    Map<String, String> tls = Map.of("tls.certificate", wrong.toString(), "tls.key", wrong.toString());
    var failure = assertThrows(StartException.class, () -> MeshFixture.start(folder.resolve("data"), 1, tls));
    assertTrue(failure.getMessage().startsWith("tls.certificate and tls.key cannot be used"), failure.getMessage());
  }

  @Test
  void every_bad_token_is_refused_alike_on_stream_and_call() throws Exception {
    try (MeshFixture mesh = MeshFixture.start(folder.resolve("data"))) {
      String other = DevKeys.of(folder.resolve("other")).minter("chasqui", InstantSource.system()).mint("alice", Duration.ofHours(1));
      String good = mesh.token("alice");
      Set<String> streams = new HashSet<>();
      Set<String> calls = new HashSet<>();
      for (String bad : List.of("", "garbage", other, good + "x", good.substring(0, good.lastIndexOf('.') + 1))) {
        Status stream = RawDevice.hello(mesh.channel(0), bad, "phone", 1).end();
        assertEquals(Status.Code.UNAUTHENTICATED, stream.getCode());
        streams.add(String.valueOf(stream.getDescription()));
        var call = ConversationServiceGrpc.newBlockingStub(mesh.channel(0)).withCallCredentials(MeshFixture.bearer(bad));
        var refused = assertThrows(StatusRuntimeException.class, () -> call.listConversations(ListConversationsRequest.getDefaultInstance()));
        assertEquals(Reason.REASON_UNAUTHENTICATED, Statuses.reasonOf(refused).orElseThrow());
        calls.add(String.valueOf(refused.getStatus().getDescription()));
      }
      assertEquals(1, streams.size(), streams.toString());
      assertEquals(streams, calls);
    }
  }

  @Test
  void a_device_that_is_signed_out_is_ended_and_its_token_is_of_no_more_use() throws Exception {
    try (MeshFixture mesh = MeshFixture.start(folder.resolve("data"))) {
      String token = mesh.token("alice");
      RawDevice phone = RawDevice.connect(mesh.channel(0), token, "phone", 1);
      RawDevice.connect(mesh.channel(0), token, "tablet", 1).close();
      DeviceServiceGrpc.newBlockingStub(mesh.channel(0)).withCallCredentials(MeshFixture.bearer(token))
          .signOutDevice(SignOutDeviceRequest.newBuilder().setDeviceId("phone").build());
      assertEquals(Reason.REASON_REVOKED, phone.await(FrameCase.EVICTED).getEvicted().getReason());
      assertEquals(Status.Code.UNAUTHENTICATED, phone.end().getCode());
      Status again = RawDevice.hello(mesh.channel(0), token, "phone", 2).end();
      assertEquals(Status.Code.UNAUTHENTICATED, again.getCode(), again.toString());
      Status renamed = RawDevice.hello(mesh.channel(0), token, "phone2", 1).end();
      assertEquals(Status.Code.UNAUTHENTICATED, renamed.getCode(), "under another name, too: " + renamed);
      RawDevice.connect(mesh.channel(0), token, "tablet", 2).close();
    }
  }

  @Test
  void data_that_is_open_already_is_refused_with_the_stores_own_words() {
    try (MeshFixture mesh = MeshFixture.start(folder.resolve("data"))) {
      assertTrue(mesh.mesh().edges().getFirst().isReady());
      var failure = assertThrows(StartException.class, () -> MeshFixture.start(folder.resolve("data")));
      assertTrue(failure.getMessage().contains("in use by"), failure.getMessage());
    }
  }
}
