package chasqui.mailbox.store.cql;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Keys that are asked for together, so many in one request: ScyllaDB takes no more than 100 by default.
final class Chunks {
  private static final int KEYS_MAX = 100;

  private Chunks() {}

  static List<List<String>> of(Collection<String> keys) {
    List<String> all = keys.stream().distinct().toList();
    List<List<String>> chunks = new ArrayList<>();
    for (int i = 0; i < all.size(); i += KEYS_MAX) {
      chunks.add(all.subList(i, Math.min(all.size(), i + KEYS_MAX)));
    }
    return chunks;
  }

  static <T> Map<String, T> toMap(List<List<Map.Entry<String, T>>> parts) {
    Map<String, T> map = new HashMap<>();
    parts.forEach(part -> part.forEach(entry -> map.put(entry.getKey(), entry.getValue())));
    return map;
  }
}
