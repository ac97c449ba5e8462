package chasqui.testkit.proxy;

/// Which way bytes go through the proxy.
public enum Direction {
  TO_TARGET,
  TO_CLIENT
}
