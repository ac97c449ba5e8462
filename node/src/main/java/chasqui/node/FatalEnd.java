package chasqui.node;

import chasqui.mailbox.store.FatalHandler;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends the process at once, closing nothing: after a failed sync what the process believes is not to be trusted, and
/// what is on the disk decides at the next start.
public final class FatalEnd implements FatalHandler {

  /// Tells supervisors and drills apart what ended the process: EX_SOFTWARE of sysexits.
  public static final int EXIT_STATUS = 70;

  private static final Logger LOG = LoggerFactory.getLogger(FatalEnd.class);

  private final Runnable flushLogs;
  private final IntConsumer halt;

  public FatalEnd(Runnable flushLogs, IntConsumer halt) {
    this.flushLogs = flushLogs;
    this.halt = halt;
  }

  @Override
  public void fatal(String what, Throwable cause) {
    try {
      LOG.atError().setCause(cause).addKeyValue("what", what).log("fatal: the process ends");
      System.err.println("chasqui: fatal: " + what);
      flushLogs.run();
    } finally {
      halt.accept(EXIT_STATUS);
    }
  }
}
