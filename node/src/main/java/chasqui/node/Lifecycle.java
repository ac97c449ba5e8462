package chasqui.node;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What was started, in order; stopped in the reverse order, each part whatever became of the others.
public final class Lifecycle implements AutoCloseable {

  /// Ends a part. May fail; the next one is ended all the same.
  @FunctionalInterface
  public interface Stop {
    void stop() throws Exception;
  }

  private record Part(String name, Stop stop) {}

  private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

  private final Deque<Part> started = new ArrayDeque<>();
  private boolean stopping;

  /// Says that a part has started, and how it ends. Ended at once if everything is being ended already.
  public void started(String name, Stop stop) {
    synchronized (this) {
      if (!stopping) {
        started.push(new Part(name, stop));
        return;
      }
    }
    stop(new Part(name, stop));
  }

  @Override
  public void close() {
    Part part = next();
    while (part != null) {
      stop(part);
      part = next();
    }
  }

  private synchronized Part next() {
    stopping = true;
    return started.poll();
  }

  private static void stop(Part part) {
    try {
      LOG.atDebug().addKeyValue("part", part.name()).log("stopping");
      part.stop().stop();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (Exception failure) {
      LOG.atError().setCause(failure).addKeyValue("part", part.name()).log("did not stop in good order");
    }
  }
}
