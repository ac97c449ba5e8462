package chasqui.edge.unary;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Which internal service may call which RPCs. What is not granted is refused.
public final class ServiceGrants {

  private static final Pattern GRANT = Pattern.compile("([a-z0-9-]{1,40}):([A-Za-z]+)/([A-Za-z]+|\\*)");
  private static final String ALL = "*";

  // `MessageService/SendMessage` or `MessageService/*`, by service.
  private final Map<String, Set<String>> granted = new HashMap<>();

  /// @param grants each `NAME:MessageService/SendMessage`, or `NAME:MessageService/*` for all of it
  /// @throws IllegalArgumentException if one cannot be read
  public ServiceGrants(List<String> grants) {
    for (String grant : grants) {
      var matcher = GRANT.matcher(grant);
      if (!matcher.matches()) {
        throw new IllegalArgumentException("NAME:MessageService/SendMessage or NAME:MessageService/*, got " + grant);
      }
      granted.computeIfAbsent(matcher.group(1), first -> new HashSet<>()).add(matcher.group(2) + "/" + matcher.group(3));
    }
  }

  /// Whether there is a service of this name.
  boolean knows(String service) {
    return granted.containsKey(service);
  }

  /// @param rpc as gRPC names it in full, `chasqui.message.v1.MessageService/SendMessage`
  boolean allows(String service, String rpc) {
    String plain = plain(rpc);
    Set<String> its = granted.getOrDefault(service, Set.of());
    return its.contains(plain) || its.contains(all(plain));
  }

  /// What is granted although there is no such RPC: a grant that was misspelt grants nothing, so it must be noticed.
  List<String> withoutMeaning(Set<String> rpcs) {
    Set<String> known = new HashSet<>();
    for (String rpc : rpcs) {
      known.add(plain(rpc));
      known.add(all(plain(rpc)));
    }
    return granted.values().stream().flatMap(Set::stream).filter(grant -> !known.contains(grant)).sorted().toList();
  }

  private static String plain(String rpc) {
    return rpc.substring(rpc.lastIndexOf('.', rpc.indexOf('/')) + 1);
  }

  private static String all(String plain) {
    return plain.substring(0, plain.indexOf('/') + 1) + ALL;
  }
}
