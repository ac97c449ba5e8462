package chasqui.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import chasqui.discovery.MembershipView;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.Role;
import chasqui.router.v1.EdgeHello;
import io.opentelemetry.api.OpenTelemetry;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is remembered of edges that are gone.
class EdgesTest {

  private static final long LINK = 11;

  private final Edges edges = new Edges(
      RouterConfig.DEFAULT, new RecordingRouterOutbound(), new RouterMetrics(OpenTelemetry.noop().getMeter("test")),
      new Passed(new CoreClock()));
  private final EdgeTarget target = edges.target("e1", "e1-1");

  private void view(NodeRecord... nodes) {
    edges.view(new MembershipView(1, List.of(nodes)));
  }

  private void attachAndBreak() {
    edges.attached(LINK, EdgeHello.newBuilder().setNodeId("e1").setIncarnation("e1-1").build());
    target.remember(7, "alice");
    view();
    assertEquals("alice", target.userOf(7), "the view may be wrong: the link is there");
    edges.broken(LINK);
  }

  @Test
  void whose_sessions_were_at_an_edge_is_forgotten_when_it_is_out_of_view_and_its_last_link_breaks() {
    attachAndBreak();
    assertNull(target.userOf(7));
    assertEquals(0, target.remembered());
  }

  @Test
  void an_edge_whose_link_breaks_is_forgotten_once_it_is_out_of_view() {
    NodeRecord edge = RouterDriver.node("e1", "e1-1", Role.EDGE);
    edges.attached(LINK, EdgeHello.newBuilder().setNodeId("e1").setIncarnation("e1-1").build());
    target.remember(7, "alice");
    view(edge);
    edges.broken(LINK);
    assertEquals("alice", target.userOf(7), "it may open a link again");
    view(RouterDriver.node("e1", "e1-2", Role.EDGE));
    assertEquals(0, target.remembered());
  }
}
