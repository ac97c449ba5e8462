package chasqui.edge.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.v1.Delivery;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Deliveries under whatever may happen, by seed.
class DeliveryStormTest {

  @Test
  @Timeout(240)
  void whatever_happens_coverage_is_contiguous_and_complete() {
    for (int seed = 0; seed < 50; seed++) {
      new Storm(seed).run();
    }
  }

  /// Random pushes, losses, acks, sends, held answers and a sink that comes and goes.
  private static final class Storm {
    final SplittableRandom random;
    final SessionRig rig = new SessionRig();
    final int seed;
    final TreeMap<String, Long> covered = new TreeMap<>();
    int read;

    Storm(int seed) {
      this.seed = seed;
      random = new SplittableRandom(seed);
    }

    void run() {
      rig.owner.log("a", random.nextInt(20), 0);
      rig.owner.log("b", 300, 0);
      rig.live();
      for (int step = 0; step < 300; step++) {
        step();
      }
      rig.held = request -> false;
      rig.writable(Integer.MAX_VALUE);
      for (int i = 0; i < 200 && !isComplete(); i++) {
        rig.run();
        ackAll();
        // Heads of lost pushes are found by comparing.
        rig.session.on(Signal.COMPARE, rig.now);
        rig.pass(java.time.Duration.ofSeconds(3));
        assertEquals(null, rig.ended(), "seed " + seed);
      }
      for (String id : List.of("a", "b", "c")) {
        if (!rig.owner.log(id).entries.isEmpty()) {
          assertEquals(rig.owner.log(id).entries.size(), coverage(id), "seed " + seed + " " + id);
        }
      }
    }

    private void step() {
      String id = List.of("a", "b", "c").get(random.nextInt(3));
      switch (random.nextInt(9)) {
        case 0, 1, 2 -> rig.pushNew(id, "x".repeat(random.nextInt(2000)));
        case 3 -> rig.owner.append(id, "a push that is lost");
        case 4 -> rig.send(id, "own");
        case 5 -> ackAll();
        case 6 -> rig.writable(random.nextInt(4));
        case 7 -> {
          int hold = random.nextInt(3);
          rig.held = request -> random.nextInt(3) < hold;
          rig.run();
        }
        default -> rig.pass(java.time.Duration.ofMillis(random.nextInt(1500)));
      }
    }

    private boolean isComplete() {
      return List.of("a", "b", "c").stream().allMatch(id -> coverage(id) == rig.owner.log(id).entries.size());
    }

    private void ackAll() {
      List.of("a", "b", "c").forEach(id -> {
        if (coverage(id) > 0) {
          rig.ack(id, coverage(id));
        }
      });
    }

    /// What the device has, contiguously: deliveries, and own sends right behind what it had.
    private long coverage(String id) {
      while (read < rig.sink.frames.size()) {
        read(rig.sink.frames.get(read++));
      }
      return covered.getOrDefault(id, 0L);
    }

    private void read(chasqui.edge.v1.ServerFrame frame) {
      if (frame.hasDelivery()) {
        read(frame.getDelivery());
      } else if (frame.hasSendAccepted()) {
        var accepted = frame.getSendAccepted();
        if (accepted.getSeq() == covered.getOrDefault(accepted.getConversationId(), 0L) + 1) {
          covered.put(accepted.getConversationId(), accepted.getSeq());
        }
      }
    }

    private void read(Delivery delivery) {
      String where = "seed " + seed + ": " + DeliveryTest.shape(delivery);
      long before = covered.getOrDefault(delivery.getConversationId(), 0L);
      assertTrue(delivery.getAfter() <= before, where + ": a hole, had " + before);
      for (int i = 0; i < delivery.getEntriesCount(); i++) {
        assertEquals(delivery.getAfter() + 1 + i, delivery.getEntries(i).getSeq(), where);
      }
      assertEquals(delivery.getUpto() - delivery.getAfter(), delivery.getEntriesCount(), where);
      covered.merge(delivery.getConversationId(), delivery.getUpto(), Math::max);
    }
  }
}
