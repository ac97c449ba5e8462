package chasqui.discovery.etcd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.discovery.NodeRecord;
import chasqui.discovery.NodeState;
import chasqui.discovery.Role;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NodeCodecTest {

  @Test
  void a_record_comes_back_as_it_was() {
    for (NodeState state : NodeState.values()) {
      NodeRecord node = new NodeRecord(
          "m-1", "life", "10.0.0.1:7420", Set.of(Role.values()), state, "zone", "0.1.0", "edge.example:7400");
      assertEquals(Optional.of(node), NodeCodec.decode(NodeCodec.encode(node)));
    }
  }

  @Test
  void what_a_newer_release_says_is_taken_as_far_as_it_is_known() {
    byte[] newer = chasqui.cluster.v1.NodeRecord.newBuilder()
        .setNodeId("a").setIncarnation("1").setAddress("x:1").addRolesValue(99).addRolesValue(2).setStateValue(77)
        .build().toByteArray();
    assertEquals(
        Optional.of(new NodeRecord("a", "1", "x:1", Set.of(Role.ROUTER), NodeState.STARTING, "")), NodeCodec.decode(newer));
  }

  @Test
  void what_is_no_record_is_left_out() {
    assertEquals(Optional.empty(), NodeCodec.decode("no record".getBytes(StandardCharsets.UTF_8)));
    assertEquals(Optional.empty(), NodeCodec.decode(new byte[0]));
  }
}
