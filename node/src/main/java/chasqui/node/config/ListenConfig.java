package chasqui.node.config;

/// Where clients connect. Shares the section `edge` with the edge's own limits.
///
/// @param host the address to listen on; beyond loopback only with TLS and real keys
/// @param port 0 takes a free one
public record ListenConfig(String host, int port) {

  public static final ListenConfig DEFAULT = new ListenConfig("127.0.0.1", 7411);

  public ListenConfig {
    requirePort(port);
  }

  static void requirePort(int port) {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be 0 to 65535, got " + port);
    }
  }
}
