package chasqui.testkit.sim;

import java.time.Duration;

/// Lets the faults of a plan happen in a world, and end.
final class FaultInjector {
  private final SimWorld world;

  FaultInjector(SimWorld world) {
    this.world = world;
  }

  void schedule(FaultPlan plan) {
    long nowNanos = world.scheduler().nowNanos();
    for (TimedFault timed : plan.faults()) {
      world.scheduler().at(nowNanos + timed.atNanos(), () -> {
        world.trace().note("fault " + timed.fault());
        begin(timed.fault());
      });
    }
  }

  private void begin(Fault fault) {
    SimNetwork network = world.network();
    switch (fault) {
      case Fault.Partition f -> {
        partition(f.a(), f.b(), f.forNanos());
        if (!f.oneWay()) {
          partition(f.b(), f.a(), f.forNanos());
        }
      }
      case Fault.BreakConnections f -> network.breakConnections(f.a(), f.b(), f.told());
      case Fault.Degrade f -> {
        network.shape(f.from(), f.to(), f.shape());
        later(f.forNanos(), () -> network.shape(f.from(), f.to(), network.usual()));
      }
      case Fault.Crash f -> world.node(f.node()).crashFor(f.downNanos(), f.told());
      case Fault.CrashAt f -> world.node(f.node()).crashPoints().arm(f.point(), f.nth(), f.downNanos());
      case Fault.Pause f -> {
        world.node(f.node()).pause();
        later(f.forNanos(), world.node(f.node())::resume);
      }
      case Fault.ClockJump f -> world.node(f.node()).clock().jump(Duration.ofNanos(f.byNanos()));
      case Fault.SlowDisk f -> {
        world.existingDisk(f.node()).slow(f.extraNanos());
        later(f.forNanos(), () -> world.existingDisk(f.node()).slow(0));
      }
      case Fault.FullDisk f -> {
        world.existingDisk(f.node()).full(true);
        later(f.forNanos(), () -> world.existingDisk(f.node()).full(false));
      }
      case Fault.FailSync f -> {
        world.existingDisk(f.node()).failNextSync();
        // A node that ends itself is started again by whoever watches over it.
        later(f.downNanos(), world.node(f.node())::restart);
      }
    }
  }

  private void partition(String from, String to, long forNanos) {
    world.network().block(from, to);
    later(forNanos, () -> world.network().unblock(from, to));
  }

  private void later(long nanos, Runnable end) {
    world.scheduler().after(nanos, end);
  }
}
