package chasqui.envoy;

import chasqui.discovery.Membership;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps Envoy's list of edges as the membership says: a ready edge is in it, one that drains is marked so, one that is
/// gone is out. A membership that names no edge changes nothing.
///
/// Works on one thread of its own, which may block: views that come meanwhile are taken together.
public final class EndpointsFeed implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EndpointsFeed.class);
  // How soon a host name that moved, or a full disk that was emptied, is noticed.
  private static final Duration AGAIN = Duration.ofSeconds(15);

  private final Membership membership;
  private final EndpointsFile file;
  private final Transport transport;
  private final EdgeList edges = new EdgeList(host -> InetAddress.getByName(host).getHostAddress());
  private final AtomicBoolean isAsked = new AtomicBoolean();
  private final ScheduledExecutorService worker =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("endpoints").factory());
  private Membership.Subscription subscription;

  private EndpointsFeed(Membership membership, Path folder, Transport transport) {
    this.membership = membership;
    this.file = new EndpointsFile(folder);
    this.transport = transport;
  }

  /// Begins to keep `edges.json` in the folder. It is there once this returns, with what it said before, or empty.
  ///
  /// @param transport what Envoy speaks to edges on the loopback; all others are met with TLS
  /// @throws UncheckedIOException if the folder cannot be written
  public static EndpointsFeed start(Membership membership, Path folder, Transport transport) {
    EndpointsFeed feed = new EndpointsFeed(membership, folder, transport);
    try {
      feed.file.createEmpty();
    } catch (IOException e) {
      feed.worker.shutdownNow();
      throw new UncheckedIOException("cannot write " + feed.file, e);
    }
    feed.subscription = membership.subscribe(_ -> feed.ask());
    feed.worker.scheduleWithFixedDelay(feed::refresh, AGAIN.toMillis(), AGAIN.toMillis(), TimeUnit.MILLISECONDS);
    return feed;
  }

  @Override
  public void close() {
    subscription.close();
    worker.shutdownNow();
  }

  private void ask() {
    if (isAsked.compareAndSet(false, true)) {
      try {
        worker.execute(this::refresh);
      } catch (RejectedExecutionException closed) {
        LOG.debug("a view came after the end", closed);
      }
    }
  }

  private void refresh() {
    isAsked.set(false);
    try {
      edges.of(membership.view()).ifPresent(this::write);
    } catch (RuntimeException bug) {
      // One that escaped would end the repetition, and silently.
      LOG.error("the list of edges could not be renewed", bug);
    }
  }

  private void write(List<Endpoint> endpoints) {
    try {
      if (file.replace(Assignment.of(endpoints, transport))) {
        LOG.info("{} edges, of which {} drain: {}", endpoints.size(), endpoints.stream().filter(Endpoint::draining).count(),
            endpoints.stream().map(Endpoint::nodeId).toList());
      }
    } catch (IOException e) {
      LOG.error("{} could not be written; Envoy goes on with the old list", file, e);
    }
  }
}
