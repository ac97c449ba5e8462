package chasqui.node.telemetry;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What is counted is shown.
class TelemetryTest {

  @Test
  void counters_and_gauges_are_shown_as_prometheus_text() {
    try (Telemetry telemetry = Telemetry.start()) {
      telemetry.meter().counterBuilder("chasqui.things.done").build().add(3, Attributes.of(AttributeKey.stringKey("kind"), "good"));
      assertTrue(Pattern.compile("(?m)^chasqui_things_done_total\\{.*kind=\"good\".*} 3(\\.0)?$").matcher(telemetry.text()).find(), telemetry.text());
    }
  }

  @Test
  void memory_is_measured() {
    try (Telemetry telemetry = Telemetry.start()) {
      JvmGauges.register(telemetry.meter());
      String text = telemetry.text();
      assertTrue(value(text, "chasqui_memory_heap_used_bytes") > 1_000_000, text);
      assertTrue(value(text, "chasqui_memory_heap_max_bytes") >= value(text, "chasqui_memory_heap_used_bytes"), text);
      assertTrue(value(text, "chasqui_memory_resident_bytes") > 1_000_000, text);
      assertTrue(value(text, "chasqui_memory_direct_used_bytes") >= 0, text);
      assertTrue(value(text, "chasqui_files_open") > 3, text);
      assertTrue(value(text, "chasqui_threads") > 1, text);
    }
  }

  private static double value(String text, String name) {
    Matcher matcher = Pattern.compile("(?m)^" + name + "\\{?.*}? (\\S+)$").matcher(text);
    assertTrue(matcher.find(), name + " is not in\n" + text);
    return Double.parseDouble(matcher.group(1));
  }
}
