package chasqui.node.command;

import chasqui.node.DataFolder;
import chasqui.node.ops.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Asks the node on a data folder how it does. Exit 0: ready; 1: runs, but is not ready; 3: none runs.
@Command(name = "status", mixinStandardHelpOptions = true,
    description = "Asks the running node how it does. Exit 0: ready, 1: not ready, 3: none runs.")
public final class StatusCommand implements Callable<Integer> {

  private static final int NOT_READY = 1;
  private static final int NONE_RUNS = 3;

  @Spec
  private CommandSpec spec;

  @Mixin
  private DataOptions options;

  @Option(names = "--json", description = "Print the node's own document.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Optional<DataFolder.Addresses> addresses = new DataFolder(options.data()).addresses();
    if (addresses.isEmpty()) {
      return none("no node runs on " + options.data());
    }
    try {
      String document = OpsClient.get(addresses.get().ops(), "/status");
      Map<String, Object> status = Json.read(document);
      out.print(json ? document : describe("", status));
      out.flush();
      return Boolean.TRUE.equals(status.get("ready")) ? 0 : NOT_READY;
    } catch (IOException | IllegalArgumentException silent) {
      return none("no node answers at " + addresses.get().ops() + ", which ran on " + options.data() + " before");
    }
  }

  private int none(String sentence) {
    if (json) {
      spec.commandLine().getOut().print(Json.write(Map.of("running", false)));
      spec.commandLine().getOut().flush();
    } else {
      spec.commandLine().getErr().println(sentence);
    }
    return NONE_RUNS;
  }

  private static String describe(String prefix, Map<?, ?> document) {
    StringBuilder text = new StringBuilder();
    document.forEach((key, value) -> text.append(value instanceof Map<?, ?> inner
        ? describe(prefix + key + ".", inner)
        : String.format("%-28s %s%n", prefix + key, value)));
    return text.toString();
  }
}
