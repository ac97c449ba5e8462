package chasqui.edge.unary;

import chasqui.trace.v1.TraceFound;
import chasqui.trace.v1.TraceQuery;
import java.util.List;
import java.util.function.Consumer;

/// The way to all routers, and through one of them to all edges. Thread-safe.
@FunctionalInterface
public interface TraceQueries {

  /// What came back.
  ///
  /// @param found by router
  /// @param silent routers that did not answer, by node id
  record Answers(List<Found> found, List<String> silent) {}

  /// What a router found.
  record Found(String nodeId, String incarnation, TraceFound found) {}

  /// Asks about an entry; the answer comes exactly once, on a thread that must not be blocked.
  void ask(TraceQuery query, Consumer<Answers> answer);
}
