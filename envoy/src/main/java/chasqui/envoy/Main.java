package chasqui.envoy;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The command line of what Envoy needs of us.
@Command(name = "chasqui-envoy", mixinStandardHelpOptions = true, description = "Configurations and endpoints for Envoy.",
    subcommands = {RenderCommand.class, EndpointsCommand.class})
public final class Main {

  // A name of its own: whoever has this module and a node's on one class path logs as it likes.
  private static final String LOGGING = "chasqui/envoy/logback.xml";

  private Main() {}

  public static void main(String[] arguments) {
    if (System.getProperty("logback.configurationFile") == null) {
      System.setProperty("logback.configurationFile", LOGGING);
    }
    System.exit(commandLine().execute(arguments));
  }

  /// The commands; what a person can mend is told in a sentence, without a stack.
  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Main());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler((failure, command, _) -> {
      if (!(failure instanceof Refusal)) {
        throw failure;
      }
      command.getErr().println("chasqui: " + failure.getMessage());
      return command.getCommandSpec().exitCodeOnExecutionException();
    });
    return line;
  }
}
