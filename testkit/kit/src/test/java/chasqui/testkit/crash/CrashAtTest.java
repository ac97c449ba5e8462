package chasqui.testkit.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CrashAtTest {
  @Test
  void endsAtTheNthArrivalOnly() {
    List<String> ends = new ArrayList<>();
    CrashAt crash = new CrashAt("ack.before", 3, () -> ends.add("end"));
    crash.reach("ack.before");
    crash.reach("ack.after");
    crash.reach("ack.before");
    assertEquals(List.of(), ends);
    crash.reach("ack.before");
    assertEquals(List.of("end"), ends);
    crash.reach("ack.before");
    assertEquals(1, ends.size());
  }

  @Test
  void askedForByPropertyBeforeVariable() {
    Map<String, String> environment = Map.of(CrashAt.VARIABLE, "push.after:7");
    assertEquals("push.after:7", CrashAt.asked(null, environment).orElseThrow().toString());
    assertEquals("ack.before:1", CrashAt.asked("ack.before:1", environment).orElseThrow().toString());
    assertEquals(Optional.empty(), CrashAt.asked(null, Map.of()));
    assertEquals(Optional.empty(), CrashAt.asked("", environment));
  }

  @Test
  void nonsenseIsRefused() {
    for (String wanted : List.of("ack.before", "ack.before:", "ack.before:0", ":3", "ack.before:-1", "ack.before:x")) {
      assertThrows(IllegalArgumentException.class, () -> CrashAt.parse(wanted), wanted);
    }
  }
}
