package chasqui.envoy;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Renders a bootstrap configuration.
@Command(name = "envoy", mixinStandardHelpOptions = true,
    description = "Renders a bootstrap configuration for Envoy, and says how to start it.")
final class RenderCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "CONFIGURATION", description = "edge-l7 or edge-l4")
  private String configuration;

  @Parameters(index = "1..*", paramLabel = "NAME=VALUE", description = "its variables; --variables lists them")
  private Map<String, String> values = Map.of();

  @Option(names = "--into", paramLabel = "DIR", description = "the folder to render into; made if it is not there")
  private Path folder;

  @Option(names = "--variables", description = "list the variables instead")
  private boolean lists;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Bootstrap bootstrap = Bootstrap.of(configuration);
    if (lists) {
      bootstrap.variables().values().forEach(variable -> out.printf("%-22s %-16s %s%n",
          variable.name(), variable.preset().map("= "::concat).orElse("needed"), variable.meaning()));
      return 0;
    }
    if (folder == null) {
      throw new Refusal("--into DIR is needed");
    }
    out.println("envoy -c " + bootstrap.render(folder, values));
    return 0;
  }
}
