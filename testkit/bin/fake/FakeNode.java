package chasqui.node;

/// Stands in for the node in the launcher's tests: says what it was given, and misbehaves on request.
class Main {
  public static void main(String[] arguments) throws InterruptedException {
    System.out.println("fake " + String.join(" ", arguments));
    if (!arguments[0].equals("run")) {
      return;
    }
    switch (System.getenv().getOrDefault("FAKE_NODE", "good")) {
      case "in-use" -> {
        System.err.println("edge: 127.0.0.1:7400 is in use");
        System.exit(1);
      }
      case "silent" -> { }
      case "stubborn" -> {
        Runtime.getRuntime().addShutdownHook(new Thread(Main::waitForever));
        ready();
      }
      default -> ready();
    }
    waitForever();
  }

  private static void ready() {
    System.out.println("READY edge=127.0.0.1:7400 ops=127.0.0.1:7401");
  }

  private static void waitForever() {
    try {
      Thread.currentThread().join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
