package chasqui.node.telemetry;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.EncoderBase;
import chasqui.link.QueueGauge;
import chasqui.node.config.LogConfig;
import io.opentelemetry.api.metrics.Meter;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/// Where log events go. The message path never waits for a disk or a terminal: events pass a bounded queue, and what
/// does not fit is dropped.
public final class Logging {

  /// Events that wait for the writer; beyond, they are dropped.
  static final int QUEUE_MAX = 8192;

  private static final String TEXT = "%d{HH:mm:ss.SSS} %-5level %logger{20} %msg %kvp%n";
  private static final int FLUSH_MILLIS_MAX = 2000;

  private final LoggerContext context;
  private final AsyncAppender queue;

  private Logging(LoggerContext context, AsyncAppender queue) {
    this.context = context;
    this.queue = queue;
  }

  /// Sends all logging, that of `java.util.logging` included, where the configuration says.
  public static Logging start(LogConfig config) {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    return start(config, (LoggerContext) LoggerFactory.getILoggerFactory());
  }

  static Logging start(LogConfig config, LoggerContext context) {
    context.reset();
    AsyncAppender queue = new AsyncAppender();
    queue.setContext(context);
    queue.setQueueSize(QUEUE_MAX);
    queue.setNeverBlock(true);
    queue.setMaxFlushTime(FLUSH_MILLIS_MAX);
    queue.addAppender(writer(config, context));
    queue.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(queue);
    context.getLogger("chasqui").setLevel(Level.valueOf(config.level().name()));
    // At INFO these tell of every client that comes and goes in an unusual way.
    context.getLogger("io.grpc").setLevel(Level.WARN);
    // Tells of every call that fails while etcd is away; the membership tells of the outage once.
    context.getLogger("io.etcd.jetcd").setLevel(Level.ERROR);
    context.getLogger("com.datastax").setLevel(Level.WARN);
    // Says for each batch that the serial levels of its statements are not kept: they are plain writes and have no use for one.
    context.getLogger("com.datastax.oss.driver.internal.core.cql.DefaultBatchStatement").setLevel(Level.ERROR);
    context.getLogger("io.netty").setLevel(Level.WARN);
    // All it says is that a client claimed too large a message, with a stack trace each time: a way to fill a disk.
    context.getLogger("io.grpc.netty.NettyServerStream").setLevel(Level.ERROR);
    return new Logging(context, queue);
  }

  /// Shows how full the queue is, until the result is closed.
  public QueueGauge register(Meter meter) {
    return new QueueGauge(meter, "log", queue::getNumberOfElementsInQueue, QUEUE_MAX);
  }

  /// Writes what waits, and ends.
  public void stop() {
    context.stop();
  }

  private static Appender<ILoggingEvent> writer(LogConfig config, LoggerContext context) {
    OutputStreamAppender<ILoggingEvent> writer = config.file().toString().isEmpty() ? standardError() : file(config);
    EncoderBase<ILoggingEvent> encoder = config.format() == LogConfig.Format.JSON ? json() : text();
    encoder.setContext(context);
    encoder.start();
    writer.setContext(context);
    writer.setEncoder(encoder);
    writer.start();
    return writer;
  }

  private static OutputStreamAppender<ILoggingEvent> standardError() {
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setTarget("System.err");
    return console;
  }

  private static OutputStreamAppender<ILoggingEvent> file(LogConfig config) {
    FileAppender<ILoggingEvent> file = new FileAppender<>();
    file.setFile(config.file().toString());
    return file;
  }

  private static EncoderBase<ILoggingEvent> json() {
    JsonEncoder json = new JsonEncoder();
    json.setWithSequenceNumber(false);
    json.setWithNanoseconds(false);
    json.setWithContext(false);
    json.setWithMarkers(false);
    json.setWithMDC(false);
    // The formatted message says the same with its arguments in place.
    json.setWithMessage(false);
    json.setWithArguments(false);
    json.setWithFormattedMessage(true);
    return json;
  }

  private static EncoderBase<ILoggingEvent> text() {
    PatternLayoutEncoder text = new PatternLayoutEncoder();
    text.setPattern(TEXT);
    return text;
  }
}
