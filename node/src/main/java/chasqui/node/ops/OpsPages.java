package chasqui.node.ops;

import chasqui.node.config.EffectiveConfig;
import chasqui.node.ops.OpsServer.Page;
import chasqui.node.telemetry.JvmGauges;
import chasqui.node.telemetry.Telemetry;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/// The pages of the operators' port.
public final class OpsPages {

  /// What does not change while the node lives.
  public record Identity(String nodeId, String incarnation, Instant started) {}

  private final Identity identity;
  private final EffectiveConfig config;
  private final Telemetry telemetry;
  private final Readiness readiness;
  private final Supplier<Map<String, ?>> facts;
  private final InstantSource clock;

  /// @param facts what else the status tells, such as how many streams are open
  public OpsPages(
      Identity identity, EffectiveConfig config, Telemetry telemetry, Readiness readiness, Supplier<Map<String, ?>> facts,
      InstantSource clock) {
    this.identity = identity;
    this.config = config;
    this.telemetry = telemetry;
    this.readiness = readiness;
    this.facts = facts;
    this.clock = clock;
  }

  /// All pages by path.
  public Map<String, Supplier<Page>> byPath() {
    return Map.of(
        "/healthz", () -> Page.text("alive\n"),
        "/readyz", this::ready,
        "/metrics", () -> Page.metrics(telemetry.text()),
        "/config", () -> Page.text(config.reference()),
        "/status", () -> Page.json(200, Json.write(status())));
  }

  private Page ready() {
    Map<String, Boolean> checks = readiness.now();
    boolean ready = !checks.isEmpty() && !checks.containsValue(false);
    return Page.json(ready ? 200 : 503, Json.write(Map.of("ready", ready, "checks", checks)));
  }

  private Map<String, Object> status() {
    Map<String, Object> status = new LinkedHashMap<>();
    Map<String, Boolean> checks = readiness.now();
    status.put("ready", !checks.isEmpty() && !checks.containsValue(false));
    status.put("node", identity.nodeId());
    status.put("incarnation", identity.incarnation());
    status.put("pid", ProcessHandle.current().pid());
    status.put("started", identity.started().toString());
    status.put("uptime_seconds", Duration.between(identity.started(), clock.instant()).toSeconds());
    status.putAll(facts.get());
    status.put("checks", checks);
    status.put("memory", memory());
    return status;
  }

  private static Map<String, Object> memory() {
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    Map<String, Object> memory = new LinkedHashMap<>();
    memory.put("heap_used_bytes", heap.getUsed());
    memory.put("heap_max_bytes", heap.getMax());
    memory.put("direct_bytes", JvmGauges.directMemory());
    return memory;
  }
}
