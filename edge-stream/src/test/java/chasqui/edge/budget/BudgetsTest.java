package chasqui.edge.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import chasqui.link.Rate;
import io.opentelemetry.api.OpenTelemetry;
import org.junit.jupiter.api.Test;

class BudgetsTest {

  private static final Rate PLENTY = new Rate(60_000, 1_000);
  private static final Rate TWO = new Rate(60, 2);

  private static Budgets budgets(Rate sends, Rate misses) {
    return new Budgets(
        new BudgetLimits(PLENTY, sends, 10, PLENTY, PLENTY, PLENTY, misses, 2, 10), OpenTelemetry.noop().getMeter("test"));
  }

  @Test
  void a_flood_of_unknown_ids_is_forgiven_after_twice_the_burst() {
    Budgets budgets = budgets(PLENTY, TWO);
    for (int i = 0; i < 10_000; i++) {
      // All were under way when the budget ended.
      budgets.missed("alice", 0);
      budgets.missed("service.bot", 0);
    }
    assertEquals(3_000, budgets.lookUp("alice", 0).pauseMillis());
    assertNull(budgets.lookUp("alice", 3_000));
    assertEquals(2_500, budgets.lookUp("service.bot", 0).pauseMillis());
  }
}
