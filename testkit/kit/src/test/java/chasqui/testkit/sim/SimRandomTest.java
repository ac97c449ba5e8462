package chasqui.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SimRandomTest {

  @Test
  void aStreamIsTheSameWhateverOthersDraw() {
    SimRandom quiet = new SimRandom(7);
    SimRandom busy = new SimRandom(7);
    busy.nextLong();
    busy.split("other").nextLong();
    SimRandom a = quiet.split("network");
    SimRandom b = busy.split("network");
    for (int i = 0; i < 100; i++) {
      assertEquals(a.nextLong(), b.nextLong());
    }
  }

  @Test
  void streamsDifferByNameAndSeed() {
    assertNotEquals(new SimRandom(7).split("a").nextLong(), new SimRandom(7).split("b").nextLong());
    assertNotEquals(new SimRandom(7).split("a").nextLong(), new SimRandom(8).split("a").nextLong());
    assertNotEquals(new SimRandom(7).nextLong(), new SimRandom(7).split("a").nextLong());
  }

  /// The first number of SplitMix64 from 0: seeds kept from old runs must go on meaning the same.
  @Test
  void theSequenceIsFixed() {
    assertEquals(0xe220a8397b1dcdafL, new SimRandom(0).nextLong());
  }

  @Test
  void chancesComeOutAboutRight() {
    SimRandom random = new SimRandom(1);
    int hits = 0;
    for (int i = 0; i < 10_000; i++) {
      hits += random.chance(0.3) ? 1 : 0;
    }
    assertTrue(hits > 2_800 && hits < 3_200, "hits " + hits);
    assertEquals(5, random.between(5, 5));
  }
}
