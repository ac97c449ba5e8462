package chasqui.edge.server;

import chasqui.edge.unary.TraceQueries.Answers;
import chasqui.edge.unary.TraceQueries.Found;
import chasqui.trace.v1.TraceFound;
import chasqui.trace.v1.TraceQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/// One trace on its way to all routers. Thread-safe.
final class TraceGathering {

  private final List<RouterLink> links;
  private final Consumer<Answers> answer;
  private final Object lock = new Object();
  private final List<Found> found = new ArrayList<>();
  private final List<String> silent = new ArrayList<>();
  // One more than there are, so that nothing is answered while routers are still asked.
  private int missing;

  TraceGathering(List<RouterLink> links, Consumer<Answers> answer) {
    this.links = links;
    this.answer = answer;
    this.missing = links.size() + 1;
  }

  void ask(Function<RouterLink, TraceQuery> query) {
    for (RouterLink link : links) {
      link.trace(query.apply(link), said -> took(link, said));
    }
    settle();
  }

  private void took(RouterLink link, Optional<TraceFound> said) {
    synchronized (lock) {
      if (said.isPresent()) {
        found.add(new Found(link.node().nodeId(), link.node().incarnation(), said.get()));
      } else {
        silent.add(link.node().nodeId());
      }
    }
    settle();
  }

  private void settle() {
    synchronized (lock) {
      missing--;
      if (missing > 0) {
        return;
      }
    }
    answer.accept(new Answers(List.copyOf(found), List.copyOf(silent)));
  }
}
