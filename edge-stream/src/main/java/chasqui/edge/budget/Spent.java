package chasqui.edge.budget;

import chasqui.error.v1.Reason;
import chasqui.status.Statuses;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Map;

/// A budget that is spent.
///
/// @param pauseMillis when to come again
public record Spent(Budget budget, long pauseMillis) {

  /// As a unary caller is told.
  public StatusRuntimeException status() {
    return Statuses.of(
        Reason.REASON_RATE_LIMITED, budget.words(), Map.of("budget", budget.label()), Duration.ofMillis(pauseMillis));
  }
}
