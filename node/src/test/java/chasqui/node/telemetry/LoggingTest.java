package chasqui.node.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import chasqui.node.config.LogConfig;
import chasqui.node.ops.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A log line is one JSON object with its key-values.
class LoggingTest {

  @TempDir
  private Path folder;

  @Test
  void key_values_and_the_trace_id_stand_in_the_line() throws Exception {
    Path file = folder.resolve("log.json");
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    Logging logging = Logging.start(new LogConfig(LogConfig.Level.INFO, LogConfig.Format.JSON, file), context);
    Logger logger = context.getLogger("chasqui.test");
    logger.atInfo().addKeyValue("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736").log("session {} began", 7);
    logger.debug("not told at this level");
    logging.stop();

    List<String> lines = Files.readAllLines(file);
    assertEquals(1, lines.size(), lines.toString());
    Map<String, Object> line = Json.read(lines.getFirst());
    assertEquals("session 7 began", line.get("formattedMessage"));
    assertEquals("chasqui.test", line.get("loggerName"));
    assertEquals(List.of(Map.of("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736")), line.get("kvpList"));
  }
}
