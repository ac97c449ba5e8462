package chasqui.edge.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class InboundMeterTest {

  @Test
  void it_asks_ahead_and_stops_when_too_much_is_held() {
    InboundMeter meter = new InboundMeter(64, 16, 1);
    meter.arrived();
    assertTrue(meter.isPaused());
    assertEquals(16, meter.topUp(0));
    assertFalse(meter.isPaused());
    assertEquals(0, meter.topUp(0));
    for (int i = 0; i < 16; i++) {
      meter.arrived();
    }
    assertEquals(4, meter.topUp(60));
    for (int i = 0; i < 4; i++) {
      meter.arrived();
    }
    assertEquals(0, meter.topUp(64));
    assertTrue(meter.isPaused());
    assertEquals(1, meter.topUp(63), "one answer makes room for one frame: it never stalls");
  }

  @Test
  void held_and_asked_for_never_exceed_the_bound() {
    SplittableRandom random = new SplittableRandom(3);
    InboundMeter meter = new InboundMeter(64, 16, 0);
    int asked = 0;
    int held = 0;
    for (int i = 0; i < 100_000; i++) {
      if (asked > 0 && random.nextInt(5) < 3) {
        meter.arrived();
        asked--;
        held += random.nextInt(2);
      } else if (held > 0) {
        held--;
      }
      asked += meter.topUp(held);
      assertTrue(asked + held <= 64, asked + " asked for, " + held + " held");
      assertTrue(asked > 0 || held == 64, "it stalls with " + held + " held");
    }
  }
}
