package chasqui.node.command;

import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.portable.PortableException;
import chasqui.node.StartException;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// What commands that move whole data sets share.
abstract class PortableCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Mixin
  private DataOptions options;

  /// The work; what it says is for the operator.
  ///
  /// @return the line to end with
  abstract String run(DataOptions options, ProgressBar progress, InstantSource clock)
      throws StoreOpenException, PortableException;

  @Override
  public final Integer call() {
    InstantSource clock = InstantSource.system();
    // The bar goes where errors go: what is printed stays what was done.
    boolean terminal = System.console() != null && System.console().isTerminal();
    ProgressBar progress = new ProgressBar(spec.commandLine().getErr(), terminal, clock);
    try {
      String done = run(options, progress, clock);
      spec.commandLine().getOut().println(done);
      spec.commandLine().getOut().flush();
      return 0;
    } catch (StoreOpenException | PortableException told) {
      throw new StartException(told.getMessage(), told);
    } finally {
      progress.end();
    }
  }
}
