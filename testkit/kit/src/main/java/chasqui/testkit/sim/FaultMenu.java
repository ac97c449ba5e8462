package chasqui.testkit.sim;

import java.util.List;

/// What may go wrong in a run, and with whom.
///
/// @param kinds what may happen; one named twice happens twice as often
/// @param nodes who may crash, pause, or have a clock that jumps
/// @param disks of these, who has a disk
/// @param links pairs between which the network may fail
/// @param crashPoints named points at which a node may crash
/// @param horizonNanos faults begin before this
/// @param durationMaxNanos how long one may last
/// @param faultsMax how many there may be
public record FaultMenu(
    List<Kind> kinds,
    List<String> nodes,
    List<String> disks,
    List<Pair> links,
    List<String> crashPoints,
    long horizonNanos,
    long durationMaxNanos,
    int faultsMax) {

  /// Two nodes with a network between them.
  public record Pair(String a, String b) {}

  /// A kind of fault, and how one is drawn.
  public enum Kind {
    PARTITION {
      @Override
      Fault draw(SimRandom random, FaultMenu menu) {
        Pair pair = random.pick(menu.links());
        boolean turned = random.nextBoolean();
        return new Fault.Partition(
            turned ? pair.b() : pair.a(), turned ? pair.a() : pair.b(), random.nextBoolean(), duration(random, menu));
      }
    },
    BREAK {
      @Override
      Fault draw(SimRandom random, FaultMenu menu) {
        Pair pair = random.pick(menu.links());
        return new Fault.BreakConnections(pair.a(), pair.b(), random.chance(0.8));
      }
    },
    DEGRADE {
      @Override
      Fault draw(SimRandom random, FaultMenu menu) {
        Pair pair = random.pick(menu.links());
        long delayNanos = random.between(1_000_000, 1_000_000_000);
        Shape shape = new Shape(delayNanos / 2, delayNanos, random.nextDouble(0.3), random.nextDouble(0.1));
        return new Fault.Degrade(pair.a(), pair.b(), shape, duration(random, menu));
      }
    },
    CRASH {
      @Override
      Fault draw(SimRandom random, FaultMenu menu) {
        return new Fault.Crash(random.pick(menu.nodes()), random.chance(0.8), duration(random, menu));
      }
    },
    CRASH_AT {
      @Override
      Fault draw(SimRandom random, FaultMenu menu) {
        return new Fault.CrashAt(
            random.pick(menu.nodes()),
            random.pick(menu.crashPoints()),
            1 + random.nextInt(20),
            duration(random, menu));
      }
    },
    PAUSE {
      @Override
      Fault draw(SimRandom random, FaultMenu menu) {
        return new Fault.Pause(random.pick(menu.nodes()), duration(random, menu));
      }
    },
    CLOCK_JUMP {
      @Override
      Fault draw(SimRandom random, FaultMenu menu) {
        long hour = 3_600_000_000_000L;
        long most = random.nextBoolean() ? hour : 500_000_000L;
        return new Fault.ClockJump(random.pick(menu.nodes()), random.between(-most, most));
      }
    },
    SLOW_DISK {
      @Override
      Fault draw(SimRandom random, FaultMenu menu) {
        return new Fault.SlowDisk(
            random.pick(menu.disks()), random.between(10_000_000, 3_000_000_000L), duration(random, menu));
      }
    },
    FULL_DISK {
      @Override
      Fault draw(SimRandom random, FaultMenu menu) {
        return new Fault.FullDisk(random.pick(menu.disks()), duration(random, menu));
      }
    },
    FAIL_SYNC {
      @Override
      Fault draw(SimRandom random, FaultMenu menu) {
        return new Fault.FailSync(random.pick(menu.disks()), duration(random, menu));
      }
    };

    abstract Fault draw(SimRandom random, FaultMenu menu);

    private static long duration(SimRandom random, FaultMenu menu) {
      return random.between(1_000_000, menu.durationMaxNanos());
    }
  }

  public FaultMenu {
    kinds = List.copyOf(kinds);
    nodes = List.copyOf(nodes);
    disks = List.copyOf(disks);
    links = List.copyOf(links);
    crashPoints = List.copyOf(crashPoints);
  }

  /// The same, less a kind.
  public FaultMenu without(Kind kind) {
    List<Kind> left = kinds.stream().filter(other -> other != kind).toList();
    return new FaultMenu(left, nodes, disks, links, crashPoints, horizonNanos, durationMaxNanos, faultsMax);
  }
}
