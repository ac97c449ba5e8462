package chasqui.router;

import static chasqui.router.RouterDriver.E1;
import static chasqui.router.RouterDriver.E2;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.router.v1.FromRouterItem;
import chasqui.router.v1.ToRouterItem;
import chasqui.trace.v1.CopyDrop;
import chasqui.trace.v1.TraceAsked;
import chasqui.trace.v1.TraceFound;
import chasqui.trace.v1.TraceQuery;
import chasqui.trace.v1.TraceSeen;
import chasqui.trace.v1.TracedCopy;
import chasqui.trace.v1.TracedPush;
import chasqui.trace.v1.TracedStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a router remembers of an entry, and how it gathers what edges know.
class TraceTest {

  private final RouterDriver driver = new RouterDriver(RouterConfig.DEFAULT);

  private RouterDriver warm() {
    return driver.push("c", 1, 1).roster("c", 1, "alice", "bob").here("alice", "e1:10", "e2:20").here("bob", "e1:11");
  }

  private void ask(long seq, boolean asksEdges) {
    driver.edgeItem(E1, ToRouterItem.newBuilder().setTrace(TraceQuery.newBuilder()
        .setQueryId(7).setConversationId("c").setSeq(seq).addUserIds("alice").setAsksEdges(asksEdges)).build());
  }

  private TraceFound found() {
    return driver.out.takeFirst(E1, FromRouterItem.class, FromRouterItem::hasTraceFound).getTraceFound();
  }

  private TraceAsked asked(long link) {
    return driver.out.takeFirst(link, FromRouterItem.class, FromRouterItem::hasTraceAsked).getTraceAsked();
  }

  private void seen(long link, long id, String device) {
    driver.edgeItem(link, ToRouterItem.newBuilder().setTraceSeen(TraceSeen.newBuilder().setQueryId(id)
        .setNodeId("a lie").addStreams(TracedStream.newBuilder().setDeviceId(device))).build());
  }

  @Test
  void a_push_and_its_copies_are_remembered_with_where_from_and_where_to() {
    warm().push("c", 2, 1).push("d", 2, 1);
    driver.after(Duration.ofSeconds(3));
    ask(2, false);
    TraceFound found = found();
    assertEquals(7, found.getQueryId());
    TracedPush push = found.getPushesList().getFirst();
    assertEquals(1, found.getPushesCount());
    assertEquals(List.of("m", "m-1", 3_000_000L),
        List.of(push.getMailboxNodeId(), push.getMailboxIncarnation(), push.getAgeMicros()));
    assertEquals(List.of("e1 2", "e2 1"), push.getCopiesList().stream()
        .map(copy -> copy.getEdgeNodeId() + " " + copy.getSessions()).toList());
    assertTrue(found.getMemoryMicros() >= 3_000_000);
  }

  @Test
  void what_was_not_sent_is_remembered_with_the_reason() {
    warm();
    driver.out.full.add(E2);
    driver.push("c", 2, 1);
    ask(2, false);
    TracedCopy copy = found().getPushes(0).getCopies(1);
    assertEquals("e2", copy.getEdgeNodeId());
    assertEquals(CopyDrop.COPY_DROP_LINK_FULL_VALUE, copy.getDrop());
  }

  @Test
  void all_edges_are_asked_and_named_by_the_router() {
    ask(2, true);
    TraceAsked first = asked(E1);
    TraceAsked second = asked(E2);
    assertEquals(List.of("c", 2L, List.of("alice")),
        List.of(first.getConversationId(), first.getSeq(), List.copyOf(first.getUserIdsList())));
    seen(E2, second.getQueryId(), "tablet");
    // A second answer of the same edge counts as none.
    seen(E2, second.getQueryId(), "again");
    seen(E1, first.getQueryId(), "phone");
    TraceFound found = found();
    assertEquals(List.of("e2 tablet", "e1 phone"), found.getEdgesList().stream()
        .map(edge -> edge.getNodeId() + " " + edge.getStreams(0).getDeviceId()).toList());
    assertEquals(List.of(), found.getSilentEdgesList());
  }

  @Test
  void an_edge_that_does_not_answer_is_named_after_a_while() {
    ask(2, true);
    seen(E1, asked(E1).getQueryId(), "phone");
    driver.after(Duration.ofNanos(Traces.PATIENCE_NANOS));
    TraceFound found = found();
    assertEquals(List.of("e2"), found.getSilentEdgesList());
    assertEquals(1, found.getEdgesCount());
    seen(E2, asked(E2).getQueryId(), "late");
  }

  @Test
  void more_traces_than_may_wait_are_answered_without_the_edges() {
    for (int i = 0; i < Traces.OPEN_MAX; i++) {
      ask(2, true);
    }
    ask(2, true);
    assertEquals(List.of("e1", "e2"), found().getSilentEdgesList());
  }

  @Test
  void what_was_pushed_out_of_the_ring_is_forgotten_and_the_memory_says_so() {
    warm().push("c", 2, 1);
    driver.after(Duration.ofSeconds(1));
    for (int i = 0; i < Passed.EVENTS_MAX; i++) {
      driver.push("c", 3 + i, 1);
    }
    ask(2, false);
    TraceFound found = found();
    assertEquals(0, found.getPushesCount());
    assertEquals(0, found.getMemoryMicros());
  }
}
