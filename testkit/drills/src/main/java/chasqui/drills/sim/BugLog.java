package chasqui.drills.sim;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/// Hears of bugs that a role catches and logs, as it has to where it runs for others too. In a simulation each is a
/// violation; nothing else is logged.
public final class BugLog extends AppenderBase<ILoggingEvent> {
  private static final ThreadLocal<Consumer<String>> COMPLAINT = new ThreadLocal<>();

  /// Takes the log of this process over.
  public static void install() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    root.setLevel(Level.ERROR);
    BugLog log = new BugLog();
    log.setContext(context);
    log.start();
    root.addAppender(log);
  }

  /// Runs a simulation on this thread; its bugs are told to `complaint`.
  public static void during(Runnable simulation, Consumer<String> complaint) {
    COMPLAINT.set(complaint);
    try {
      simulation.run();
    } finally {
      COMPLAINT.remove();
    }
  }

  @Override
  protected void append(ILoggingEvent event) {
    Consumer<String> complaint = COMPLAINT.get();
    if (complaint != null && event.getThrowableProxy() != null) {
      complaint.accept("a bug was logged: " + event.getFormattedMessage() + "\n"
          + ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
  }
}
