package chasqui.testkit.sim;

/// Runs seeds of the toy simulation in a JVM of its own: the first seed, how many.
public final class SimMain {
  private SimMain() {}

  public static void main(String[] arguments) {
    SeedRunner runner = new SeedRunner(new ToyChat(ToyChat.Bug.NONE), "toy", System.err);
    System.out.println(runner.run(Long.parseLong(arguments[0]), Long.parseLong(arguments[1])).toJson());
  }
}
