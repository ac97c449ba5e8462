package chasqui.edge.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.registry.v1.Announce;
import chasqui.registry.v1.Announced;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Sessions are announced where routers look for them, and it is noticed where they are not.
class RegistryPlacesTest {

  private final EdgeRig rig = new EdgeRig();
  /// Of the second registry, once it is there.
  private final List<String> users =
      IntStream.range(0, 100).mapToObj(i -> "user-" + i).filter(rig.mesh::isOfSecondRegistry).toList();

  RegistryPlacesTest() throws Exception {}

  @AfterEach
  void close() {
    rig.close();
  }

  private TestClient open(String user) throws Exception {
    return TestClient.open(rig.inProcess()).hello(user, "phone", 1);
  }

  private long announcements(String user) {
    return rig.mesh.announces.stream().filter(announce -> announce.getUserId().equals(user)).count();
  }

  @Test
  void who_is_confirmed_by_a_former_owner_is_announced_to_the_present_one() throws Exception {
    String early = users.get(0);
    String late = users.get(1);
    open(early).await(FrameCase.CAUGHT_UP);
    rig.mesh.registry = announce -> announce.getUserId().equals(late) && !announce.getAgain() ? null : Announced.getDefaultInstance();
    TestClient client = open(late);
    TestClient.await("the announcement", () -> announcements(late) == 1);
    Announce unanswered = rig.mesh.announces.getLast();
    rig.mesh.startRegistry("registry-2");
    TestClient.await("the earlier one to move", () -> announcements(early) == 2);
    rig.mesh.confirm("registry-1", unanswered);
    client.await(FrameCase.CAUGHT_UP);
    TestClient.await("the later one to move", () -> announcements(late) == 2);
  }

  @Test
  void where_this_edge_alone_does_not_reach_an_owner_sessions_compare_every_few_seconds() throws Exception {
    rig.owner.log("c", 2, 2);
    TestClient client = open(users.getFirst());
    client.await(FrameCase.CAUGHT_UP);
    rig.mesh.showRegistry("registry-2");
    synchronized (rig.mesh) {
      rig.owner.append("c", "routers asked the other registry, and found nobody");
    }
    assertEquals(3, client.await(FrameCase.DELIVERY).getDelivery().getUpto());
    assertEquals(1, rig.node.sessionsElsewhere());
  }
}
