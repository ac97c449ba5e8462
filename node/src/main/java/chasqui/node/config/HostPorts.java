package chasqui.node.config;

import java.util.List;

/// Addresses as they stand in settings: `HOST:PORT`.
final class HostPorts {

  private HostPorts() {}

  /// The list, if each is one.
  ///
  /// @throws IllegalArgumentException naming the first that is none
  static List<String> require(String setting, List<String> addresses) {
    for (String address : addresses) {
      if (!address.matches("(\\[[0-9A-Fa-f:.%]+]|[A-Za-z0-9._-]+):[0-9]{1,5}")
          || Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)) > 65_535) {
        throw new IllegalArgumentException(setting + " must be addresses HOST:PORT, got `" + address + "`");
      }
    }
    return List.copyOf(addresses);
  }
}
