package chasqui.node.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Prints every setting as it is in force: a file that could be given as `--config`.
@Command(name = "config", mixinStandardHelpOptions = true,
    description = "Prints every setting: key, value, default, where it comes from and why it is so.")
public final class ConfigCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Mixin
  private DataOptions options;

  @Override
  public Integer call() {
    spec.commandLine().getOut().print(options.load().reference());
    spec.commandLine().getOut().flush();
    return 0;
  }
}
