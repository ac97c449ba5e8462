package chasqui.client;

/// Where an edge node, or what stands before it, listens.
public record Endpoint(String host, int port) {

  public Endpoint {
    if (host.isBlank() || port < 0 || port > 65_535) {
      throw new IllegalArgumentException("\"" + host + ":" + port + "\" is not HOST:PORT");
    }
  }

  /// Reads `HOST:PORT`; an IPv6 address stands in brackets.
  public static Endpoint parse(String address) {
    int colon = address.lastIndexOf(':');
    try {
      var host = address.substring(0, Math.max(colon, 0));
      boolean bracketed = host.startsWith("[") && host.endsWith("]");
      return new Endpoint(
          bracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(address.substring(colon + 1)));
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException("\"" + address + "\" is not HOST:PORT");
    }
  }

  boolean isLoopback() {
    return host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
  }

  @Override
  public String toString() {
    return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
  }
}
