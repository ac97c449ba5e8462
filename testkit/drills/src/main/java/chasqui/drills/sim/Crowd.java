package chasqui.drills.sim;

import chasqui.drills.sim.device.SimDevice;
import chasqui.drills.sim.mesh.Mesh;
import chasqui.testkit.sim.SimRandom;
import chasqui.testkit.sim.SimWorld;
import java.util.ArrayList;
import java.util.List;

/// The devices of a run and what their users do: talk in bursts, go away and come back, get another device.
final class Crowd {
  private static final long SECOND = 1_000_000_000L;
  private static final int BURST_MAX = 12;

  private final SimWorld world;
  private final SimRandom random;
  private final long horizonNanos;
  private final List<SimDevice> devices = new ArrayList<>();
  private final Conversations conversations;
  private int texts;

  Crowd(SimWorld world, Mesh mesh, MeshPlan plan, Conversations conversations, Watch watch) {
    this.world = world;
    this.random = world.random().split("crowd");
    this.horizonNanos = plan.horizonNanos();
    this.conversations = conversations;
    plan.devicesByUser().forEach((user, count) -> {
      for (int i = 1; i <= count; i++) {
        List<String> edges = new ArrayList<>(mesh.edges());
        if (random.nextBoolean()) {
          edges = new ArrayList<>(edges.reversed());
        }
        devices.add(new SimDevice(
            world, user, "d" + i, edges, plan.habits(random), mesh.latestClock(), watch));
      }
    });
  }

  List<SimDevice> devices() {
    return devices;
  }

  /// Lets everybody begin, the first device of each user about at once, the others some time.
  void begin() {
    for (SimDevice device : devices) {
      boolean early = device.deviceId().equals("d1") || random.nextBoolean();
      at(early ? random.nextLong(SECOND / 2) : random.nextLong(horizonNanos), device::start);
      long bursts = random.between(0, 6);
      for (int i = 0; i < bursts; i++) {
        at(random.nextLong(horizonNanos), () -> burst(device));
      }
      if (random.chance(0.4)) {
        long from = random.nextLong(horizonNanos);
        at(from, device::leave);
        at(from + random.nextLong(horizonNanos / 2), device::comeBack);
      }
    }
  }

  private void burst(SimDevice device) {
    conversations.pick(device.user(), random).ifPresent(conversation -> {
      long delay = 0;
      long count = random.between(1, BURST_MAX);
      for (int i = 0; i < count; i++) {
        String text = device.name() + " says " + ++texts;
        String to = random.chance(0.9) ? conversation : conversations.pick(device.user(), random).orElse(conversation);
        world.scheduler().after(delay, () -> device.send(to, text));
        delay += random.nextLong(30_000_000);
      }
    });
  }

  private void at(long nanos, Runnable task) {
    world.scheduler().after(nanos, task);
  }

  /// Everybody comes back and says one more thing.
  void gather() {
    for (SimDevice device : devices) {
      device.comeBack();
      world.scheduler().after(SECOND, () -> burst(device));
    }
  }
}
