package chasqui.router;

import chasqui.link.Link.Offer;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.registry.v1.ToRegistryItem;
import chasqui.router.v1.FromRouterItem;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// Keeps what was said on each link, until a test takes it.
final class RecordingRouterOutbound implements RouterOutbound {

  final Set<Long> full = new HashSet<>();
  final Set<Long> closed = new HashSet<>();
  final Map<Long, Status> ended = new HashMap<>();
  private final Map<Long, List<Object>> said = new HashMap<>();

  private Offer say(long link, Object item) {
    if (closed.contains(link)) {
      return Offer.CLOSED;
    }
    if (full.contains(link)) {
      return Offer.FULL;
    }
    said.computeIfAbsent(link, l -> new ArrayList<>()).add(item);
    return Offer.ACCEPTED;
  }

  @Override
  public Offer toEdge(long link, FromRouterItem item) {
    return say(link, item);
  }

  @Override
  public Offer fanOut(long link, FromRouterItem fanout) {
    return say(link, fanout);
  }

  @Override
  public Offer ephemeral(long link, FromRouterItem item) {
    return say(link, item);
  }

  @Override
  public Offer toMailbox(long link, MailboxRequest request) {
    return say(link, request);
  }

  @Override
  public Offer toRegistry(long link, ToRegistryItem item) {
    return say(link, item);
  }

  @Override
  public void endEdge(long link, Status why) {
    ended.put(link, why);
  }

  @Override
  public void endRegistry(long link, Status why) {
    ended.put(link, why);
  }

  @Override
  public void flush() {}

  /// What was said on a link since this was last asked.
  List<Object> take(long link) {
    List<Object> items = said.remove(link);
    return items == null ? List.of() : items;
  }

  /// Takes the first item that is asked for, and leaves the others.
  <T> T takeFirst(long link, Class<T> type, Predicate<T> wanted) {
    for (Object item : said.getOrDefault(link, List.of())) {
      if (type.isInstance(item) && wanted.test(type.cast(item))) {
        said.get(link).remove(item);
        return type.cast(item);
      }
    }
    throw new AssertionError("not said on link " + link + "; said: " + said.get(link));
  }
}
