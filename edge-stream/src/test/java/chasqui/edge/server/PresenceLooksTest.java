package chasqui.edge.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.people.v1.GetPresenceRequest;
import chasqui.people.v1.PresenceServiceGrpc;
import chasqui.people.v1.PresenceServiceGrpc.PresenceServiceBlockingStub;
import chasqui.people.v1.PresenceState;
import chasqui.people.v1.UserPresence;
import io.grpc.CallCredentials;
import io.grpc.Metadata;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A unary caller asks whoever owns the user's slot who is online.
class PresenceLooksTest {

  private final EdgeRig rig = new EdgeRig();
  private final FakePresence presence = rig.mesh.presence;

  PresenceLooksTest() throws Exception {}

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

  private static final class AsAlice extends CallCredentials {
    @Override
    public void applyRequestMetadata(RequestInfo info, Executor executor, MetadataApplier applier) {
      Metadata headers = new Metadata();
      headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer alice");
      applier.apply(headers);
    }
  }

  private PresenceServiceBlockingStub stub() throws Exception {
    return PresenceServiceGrpc.newBlockingStub(rig.inProcess()).withCallCredentials(new AsAlice())
        .withDeadlineAfter(1, TimeUnit.MINUTES);
  }

  private static UserPresence bob(PresenceServiceBlockingStub stub) {
    return stub.getPresence(GetPresenceRequest.newBuilder().addUserIds("bob").build()).getPresences(0);
  }

  @Test
  void the_answer_of_the_owner_is_given() throws Exception {
    PresenceServiceBlockingStub stub = stub();
    presence.answers = userId -> Optional.of(true);
    assertEquals(PresenceState.PRESENCE_STATE_ONLINE, bob(stub).getState());
    presence.answers = userId -> Optional.of(false);
    assertEquals(PresenceState.PRESENCE_STATE_OFFLINE, bob(stub).getState());
    presence.answers = userId -> Optional.empty();
    assertEquals(PresenceState.PRESENCE_STATE_UNKNOWN, bob(stub).getState());
  }

  @Test
  void who_does_not_answer_in_time_or_is_not_there_is_as_one_who_does_not_know() throws Exception {
    PresenceServiceBlockingStub stub = stub();
    presence.answers = userId -> null;
    assertEquals(PresenceState.PRESENCE_STATE_UNKNOWN, bob(stub).getState());
    rig.mesh.kill("registry-1");
    TestClient.await("the break to be noticed", () -> !rig.node.isReady());
    assertEquals(PresenceState.PRESENCE_STATE_UNKNOWN, bob(stub).getState());
  }

  @Test
  void the_owner_is_told_for_how_long_it_has_been_that() throws Exception {
    PresenceServiceBlockingStub stub = stub();
    TestClient.await("time to pass", () -> {
      bob(stub);
      return presence.looks.getLast().getOwnedMs() >= 100;
    });
    rig.mesh.startRegistry("registry-2");
    TestClient.await("the count to begin again", () -> {
      bob(stub);
      return presence.looks.getLast().getOwnedMs() < presence.looks.get(presence.looks.size() - 2).getOwnedMs();
    });
  }
}
