package chasqui.node.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.node.config.ConfigFile;
import chasqui.node.config.Settings;
import chasqui.node.ops.OpsServer.Page;
import chasqui.node.telemetry.Telemetry;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// What operators are shown.
class OpsPagesTest {

  private final AtomicBoolean storeOpen = new AtomicBoolean(true);

  @Test
  void readiness_follows_its_checks() {
    try (Telemetry telemetry = Telemetry.start()) {
      Map<String, Supplier<Page>> pages = pages(telemetry);
      assertEquals(200, pages.get("/readyz").get().status());
      storeOpen.set(false);
      assertEquals(503, pages.get("/readyz").get().status());
      assertEquals(200, pages.get("/healthz").get().status());
    }
  }

  @Test
  void status_is_one_document() {
    try (Telemetry telemetry = Telemetry.start()) {
      Map<String, Object> status = Json.read(pages(telemetry).get("/status").get().body());
      assertEquals(true, status.get("ready"));
      assertEquals("node-1", status.get("node"));
      assertEquals(7L, ((Number) status.get("sessions")).longValue());
      assertEquals(Map.of("store", true), status.get("checks"));
      assertEquals(90L, ((Number) status.get("uptime_seconds")).longValue());
    }
  }

  @Test
  void metrics_and_configuration_are_shown() {
    try (Telemetry telemetry = Telemetry.start()) {
      telemetry.meter().counterBuilder("chasqui.things").build().add(1);
      assertTrue(pages(telemetry).get("/metrics").get().body().contains("chasqui_things_total"));
      assertTrue(pages(telemetry).get("/config").get().body().contains("edge.port = 7411"));
    }
  }

  private Map<String, Supplier<Page>> pages(Telemetry telemetry) {
    Readiness readiness = new Readiness();
    readiness.add("store", storeOpen::get);
    return new OpsPages(
        new OpsPages.Identity("node-1", "incarnation", Instant.ofEpochSecond(10)),
        Settings.load(Path.of("data"), ConfigFile.NONE, Map.of()), telemetry, readiness,
        () -> Map.of("sessions", 7), InstantSource.fixed(Instant.ofEpochSecond(100)))
        .byPath();
  }
}
