package chasqui.client.sample;

/// Stands in for the sample bot in the launcher's tests: says what the launcher told it.
class EchoBot {
  public static void main(String[] arguments) {
    System.out.println("bot " + String.join(" ", arguments) + " at " + System.getenv("CHASQUI_SERVER") + " with "
        + System.getenv("CHASQUI_TOKEN"));
  }
}
