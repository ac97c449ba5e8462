package chasqui.registry;

import chasqui.link.Link.Offer;
import chasqui.link.LinkOutbound;
import chasqui.registry.v1.FromRegistryItem;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Keeps what was said on each link, until a test takes it.
final class RecordingOutbound implements LinkOutbound<FromRegistryItem> {

  final Set<Long> full = new HashSet<>();
  final Map<Long, Status> ended = new HashMap<>();
  private final Map<Long, List<FromRegistryItem>> said = new HashMap<>();

  @Override
  public Offer enqueue(long link, FromRegistryItem item) {
    if (full.contains(link)) {
      return Offer.FULL;
    }
    said.computeIfAbsent(link, l -> new ArrayList<>()).add(item);
    return Offer.ACCEPTED;
  }

  @Override
  public Offer enqueueEphemeral(long link, FromRegistryItem item) {
    throw new AssertionError("nothing that the registry says may be dropped");
  }

  @Override
  public void end(long link, Status why) {
    ended.put(link, why);
  }

  @Override
  public void flush() {}

  /// What was said on a link since this was last asked.
  List<FromRegistryItem> take(long link) {
    List<FromRegistryItem> items = said.remove(link);
    return items == null ? List.of() : items;
  }
}
