package chasqui.router;

import chasqui.link.Link;
import chasqui.link.Link.Offer;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.ToMailbox;
import chasqui.registry.v1.ToRegistry;
import chasqui.registry.v1.ToRegistryItem;
import chasqui.router.v1.FromRouter;
import chasqui.router.v1.FromRouterItem;
import io.grpc.Status;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The router's links by number. Thread-safe.
final class RouterLinks implements RouterOutbound {

  private static final Logger LOG = LoggerFactory.getLogger(RouterLinks.class);

  private final AtomicLong last = new AtomicLong();
  private final Map<Long, Link<FromRouterItem, FromRouter>> edges = new ConcurrentHashMap<>();
  private final Map<Long, Link<MailboxRequest, ToMailbox>> mailboxes = new ConcurrentHashMap<>();
  private final Map<Long, Link<ToRegistryItem, ToRegistry>> registries = new ConcurrentHashMap<>();

  long edge(Link<FromRouterItem, FromRouter> link) {
    return add(edges, link);
  }

  long mailbox(Link<MailboxRequest, ToMailbox> link) {
    return add(mailboxes, link);
  }

  long registry(Link<ToRegistryItem, ToRegistry> link) {
    return add(registries, link);
  }

  private <L> long add(Map<Long, L> links, L link) {
    long number = last.incrementAndGet();
    links.put(number, link);
    return number;
  }

  void forget(long number) {
    edges.remove(number);
    mailboxes.remove(number);
    registries.remove(number);
  }

  void closeEdges() {
    edges.values().forEach(Link::close);
  }

  long deepest() {
    return Stream.of(edges, mailboxes, registries)
        .flatMap(links -> links.values().stream())
        .mapToInt(Link::depth)
        .max()
        .orElse(0);
  }

  @Override
  public Offer toEdge(long link, FromRouterItem item) {
    Link<FromRouterItem, FromRouter> open = edges.get(link);
    return open == null ? Offer.CLOSED : open.enqueue(item);
  }

  @Override
  public Offer fanOut(long link, FromRouterItem fanout) {
    Link<FromRouterItem, FromRouter> open = edges.get(link);
    return open == null ? Offer.CLOSED : open.enqueueOr(fanout, Edges.COMPARE_ALL);
  }

  @Override
  public Offer ephemeral(long link, FromRouterItem item) {
    Link<FromRouterItem, FromRouter> open = edges.get(link);
    return open == null ? Offer.CLOSED : open.enqueueEphemeral(item);
  }

  @Override
  public Offer toMailbox(long link, MailboxRequest request) {
    Link<MailboxRequest, ToMailbox> open = mailboxes.get(link);
    return open == null ? Offer.CLOSED : open.enqueue(request);
  }

  @Override
  public Offer toRegistry(long link, ToRegistryItem item) {
    Link<ToRegistryItem, ToRegistry> open = registries.get(link);
    return open == null ? Offer.CLOSED : open.enqueue(item);
  }

  @Override
  public void endEdge(long link, Status why) {
    end(edges.get(link), why);
  }

  @Override
  public void endRegistry(long link, Status why) {
    end(registries.get(link), why);
  }

  private static void end(Link<?, ?> link, Status why) {
    if (link != null) {
      LOG.warn("a link is ended: {}", why.getDescription());
      link.failLater(why);
    }
  }

  @Override
  public void flush() {
    edges.values().forEach(Link::flush);
    mailboxes.values().forEach(Link::flush);
    registries.values().forEach(Link::flush);
  }
}
