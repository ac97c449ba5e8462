package chasqui.mailbox.custody;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opentelemetry.api.OpenTelemetry;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RowChangesTest {

  @Test
  void whatIsAskedForIsTakenFirst() {
    RowChanges changes = new RowChanges(new CustodyMetrics(OpenTelemetry.noop().getMeter("test")));
    List<Integer> begun = new ArrayList<>();
    for (int slot = 0; slot < RowChanges.CHANGES_MAX + 5; slot++) {
      int number = slot;
      changes.add(slot, () -> begun.add(number));
    }
    changes.first(RowChanges.CHANGES_MAX + 3);
    changes.first(0);
    changes.first(RowChanges.CHANGES_MAX + 2);
    changes.first(RowChanges.CHANGES_MAX + 3);
    begun.clear();
    for (int i = 0; i < 5; i++) {
      changes.ended();
    }
    assertEquals(Stream.of(3, 2, 0, 1, 4).map(i -> RowChanges.CHANGES_MAX + i).toList(), begun);
    IntStream.range(0, RowChanges.CHANGES_MAX).forEach(i -> changes.ended());
    assertTrue(changes.isIdle());
  }
}
