package chasqui.node.command;

import chasqui.node.DataFolder;
import chasqui.node.NodeProcess;
import chasqui.node.config.EffectiveConfig;
import chasqui.node.config.LogConfig;
import chasqui.node.telemetry.Logging;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Serves until the process is told to end; then drains.
@Command(name = "run", mixinStandardHelpOptions = true,
    description = "Runs a node until it is told to end (SIGTERM, Ctrl-C): then clients are asked to move, and the data is closed.")
public final class RunCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Mixin
  private DataOptions options;

  @Override
  public Integer call() throws InterruptedException {
    EffectiveConfig config = options.load();
    new DataFolder(options.data()).create();
    Logging logging = Logging.start(config.get(LogConfig.class));
    CountDownLatch ended = new CountDownLatch(1);
    try {
      NodeProcess node = NodeProcess.start(options.data(), config, logging);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> {
        node.close();
        logging.stop();
        ended.countDown();
      }, "stop"));
      announce(node);
      ended.await();
      return 0;
    } catch (RuntimeException failure) {
      logging.stop();
      throw failure;
    }
  }

  /// The one line on the standard output that a launcher waits for.
  private void announce(NodeProcess node) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("READY edge=" + node.addresses().edge() + " ops=" + node.addresses().ops());
    out.flush();
  }
}
