/// Metrics and logs: the OpenTelemetry SDK, JVM gauges, structured logging.
package chasqui.node.telemetry;
