package chasqui.client.cli;

/// Stands in for the command line client in the launcher's tests: says what the launcher told it.
class Main {
  public static void main(String[] arguments) {
    System.out.println("chat " + String.join(" ", arguments));
    System.out.println("server=" + System.getenv("CHASQUI_SERVER"));
    System.out.println("token_command=" + System.getenv("CHASQUI_TOKEN_COMMAND"));
  }
}
