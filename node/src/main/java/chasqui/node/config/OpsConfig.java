package chasqui.node.config;

/// Where operators look.
///
/// @param host the address to listen on
/// @param port 0 takes a free one
/// @param requestsMax answered at a time; beyond, 503
public record OpsConfig(String host, int port, int requestsMax) {

  public static final OpsConfig DEFAULT = new OpsConfig("127.0.0.1", 7412, 8);

  public OpsConfig {
    ListenConfig.requirePort(port);
    if (requestsMax < 1) {
      throw new IllegalArgumentException("requestsMax must be at least 1, got " + requestsMax);
    }
  }
}
