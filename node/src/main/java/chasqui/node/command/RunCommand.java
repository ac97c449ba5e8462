package chasqui.node.command;

import chasqui.node.DataFolder;
import chasqui.node.NodeProcess;
import chasqui.node.config.EffectiveConfig;
import chasqui.node.config.LogConfig;
import chasqui.node.config.NodeConfig;
import chasqui.node.mesh.NodeRoles;
import chasqui.node.telemetry.Logging;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Serves until the process is told to end; then drains.
@Command(name = "run", mixinStandardHelpOptions = true,
    description = "Runs a node until it is told to end (SIGTERM, Ctrl-C): then clients are asked to move, and the data is closed.")
public final class RunCommand implements Callable<Integer> {

  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

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
      Duration patience = NodeRoles.drainMax(config.get(NodeConfig.class)).plus(config.get(NodeConfig.class).stopPatience());
      Runtime.getRuntime().addShutdownHook(new Thread(() -> {
        stop(node, patience);
        logging.stop();
        ended.countDown();
      }, "stop"));
      var _ = node.ready().thenRun(() -> announce(node));
      ended.await();
      return 0;
    } catch (RuntimeException failure) {
      logging.stop();
      throw failure;
    }
  }

  /// A stop that hangs ends like a crash, which loses nothing that was acked.
  private static void stop(NodeProcess node, Duration patience) {
    LOG.info("asked to end");
    Thread closing = Thread.ofPlatform().daemon().name("close").start(node::close);
    try {
      if (!closing.join(patience)) {
        LOG.atError().addKeyValue("patience", patience).log("the stop hangs; ending all the same");
      }
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    LOG.info("ended");
  }

  /// The one line on the standard output that a launcher waits for. Without an edge, none is named.
  private void announce(NodeProcess node) {
    LOG.atInfo().addKeyValue("edge", node.addresses().edge()).addKeyValue("ops", node.addresses().ops()).log("serving");
    PrintWriter out = spec.commandLine().getOut();
    out.println("READY edge=" + node.addresses().edge() + " ops=" + node.addresses().ops());
    out.flush();
  }
}
