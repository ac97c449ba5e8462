package chasqui.node;

import chasqui.edge.auth.UnusableKeysException;
import chasqui.node.command.BackupCommand;
import chasqui.node.command.CertsCommand;
import chasqui.node.command.ConfigCommand;
import chasqui.node.command.DoctorCommand;
import chasqui.node.command.ExportCommand;
import chasqui.node.command.ImportCommand;
import chasqui.node.command.RestoreCommand;
import chasqui.node.command.RunCommand;
import chasqui.node.command.StatusCommand;
import chasqui.node.command.TokenCommand;
import chasqui.node.command.TraceCommand;
import chasqui.node.config.ConfigException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The command line of a node.
@Command(name = "chasqui-node", mixinStandardHelpOptions = true, description = "A Chasqui node.",
    subcommands = {
      RunCommand.class, TokenCommand.class, StatusCommand.class, ConfigCommand.class, DoctorCommand.class,
      ExportCommand.class, ImportCommand.class, BackupCommand.class, RestoreCommand.class, CertsCommand.class,
      TraceCommand.class
    })
public final class Main {

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /// The commands; what a person can mend is told in a sentence, without a stack.
  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Main());
    line.setExecutionExceptionHandler((failure, command, _) -> {
      switch (failure) {
        case ConfigException bad -> bad.problems().forEach(problem -> command.getErr().println("configuration: " + problem));
        case StartException told -> command.getErr().println("chasqui: " + told.getMessage());
        case UnusableKeysException told -> command.getErr().println("chasqui: " + told.getMessage());
        default -> throw failure;
      }
      return command.getCommandSpec().exitCodeOnExecutionException();
    });
    return line;
  }
}
