package chasqui.node.telemetry;

import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.exporter.prometheus.PrometheusMetricReader;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.CardinalityLimitSelector;
import io.opentelemetry.sdk.resources.Resource;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/// The process's metrics: one meter for all components, read when somebody asks.
public final class Telemetry implements AutoCloseable {

  private final PrometheusMetricReader reader;
  private final OpenTelemetrySdk sdk;

  private Telemetry(PrometheusMetricReader reader, OpenTelemetrySdk sdk) {
    this.reader = reader;
    this.sdk = sdk;
  }

  public static Telemetry start() {
    PrometheusMetricReader reader =
        PrometheusMetricReader.builder().setOtelScopeLabelsEnabled(false).setTargetInfoMetricEnabled(false).build();
    SdkMeterProvider meters = SdkMeterProvider.builder()
        .setResource(Resource.empty())
        .registerMetricReader(reader, CardinalityLimitSelector.defaultCardinalityLimitSelector())
        .build();
    return new Telemetry(reader, OpenTelemetrySdk.builder().setMeterProvider(meters).build());
  }

  /// The meter of all components.
  public Meter meter() {
    return sdk.getMeter("chasqui");
  }

  /// All metrics now, in Prometheus' text format. Runs every gauge's callback on the caller's thread.
  public String text() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(64 * 1024);
    try {
      PrometheusTextFormatWriter.builder().setIncludeCreatedTimestamps(false).build()
          .write(out, reader.collect(), EscapingScheme.UNDERSCORE_ESCAPING);
    } catch (IOException impossible) {
      throw new IllegalStateException("memory does not fail to be written to", impossible);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    sdk.shutdown().join(1, TimeUnit.SECONDS);
  }
}
