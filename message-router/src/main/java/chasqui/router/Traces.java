package chasqui.router;

import chasqui.link.Link.Offer;
import chasqui.router.v1.FromRouterItem;
import chasqui.trace.v1.TraceAsked;
import chasqui.trace.v1.TraceFound;
import chasqui.trace.v1.TraceQuery;
import chasqui.trace.v1.TraceSeen;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/// Traces under way: what this router remembers, and what the edges answer until a deadline. Guarded by the core's lock.
final class Traces {

  /// Traces that wait for edges at a time; one more is answered without them.
  static final int OPEN_MAX = 64;
  static final long PATIENCE_NANOS = 2_000_000_000L;

  private static final class Open {
    final long asker;
    final long deadlineNanos;
    final TraceFound.Builder found;
    final Map<Long, EdgeTarget> waiting = new HashMap<>();

    Open(long asker, long deadlineNanos, TraceFound.Builder found) {
      this.asker = asker;
      this.deadlineNanos = deadlineNanos;
      this.found = found;
    }
  }

  private final Edges edges;
  private final RouterOutbound out;
  private final CoreClock clock;
  private final Passed passed;
  private final Map<Long, Open> open = new HashMap<>();
  private long lastId;

  Traces(Edges edges, RouterOutbound out, CoreClock clock, Passed passed) {
    this.edges = edges;
    this.out = out;
    this.clock = clock;
    this.passed = passed;
  }

  /// An edge asks.
  void asked(long link, TraceQuery query) {
    TraceFound.Builder found = TraceFound.newBuilder()
        .setQueryId(query.getQueryId())
        .setMemoryMicros(passed.memoryMicros())
        .addAllPushes(passed.find(query.getConversationId(), query.getSeq()));
    Open trace = new Open(link, clock.nowNanos + PATIENCE_NANOS, found);
    if (query.getAsksEdges()) {
      askEdges(trace, query);
    }
    if (trace.waiting.isEmpty()) {
      answer(trace);
    }
  }

  private void askEdges(Open trace, TraceQuery query) {
    boolean room = open.size() < OPEN_MAX;
    long id = ++lastId;
    FromRouterItem item = FromRouterItem.newBuilder().setTraceAsked(TraceAsked.newBuilder().setQueryId(id)
        .setConversationId(query.getConversationId()).setSeq(query.getSeq()).addAllUserIds(query.getUserIdsList())).build();
    for (EdgeTarget edge : edges.attached()) {
      if (room && out.toEdge(edge.link, item) == Offer.ACCEPTED) {
        trace.waiting.put(edge.link, edge);
      } else {
        trace.found.addSilentEdges(edge.nodeId);
      }
    }
    if (!trace.waiting.isEmpty()) {
      open.put(id, trace);
    }
  }

  /// An edge answers.
  void seen(long link, TraceSeen seen) {
    Open trace = open.get(seen.getQueryId());
    EdgeTarget edge = trace == null ? null : trace.waiting.remove(link);
    if (edge == null) {
      return;
    }
    trace.found.addEdges(seen.toBuilder().setNodeId(edge.nodeId).setIncarnation(edge.incarnation));
    if (trace.waiting.isEmpty()) {
      open.remove(seen.getQueryId());
      answer(trace);
    }
  }

  /// Answers what waited too long, with what there is.
  void tick() {
    for (Iterator<Open> all = open.values().iterator(); all.hasNext(); ) {
      Open trace = all.next();
      if (clock.nowNanos - trace.deadlineNanos >= 0) {
        all.remove();
        trace.waiting.values().forEach(edge -> trace.found.addSilentEdges(edge.nodeId));
        answer(trace);
      }
    }
  }

  int open() {
    return open.size();
  }

  // Where the asker's link takes nothing, its own deadline answers.
  private void answer(Open trace) {
    out.toEdge(trace.asker, FromRouterItem.newBuilder().setTraceFound(trace.found).build());
  }
}
