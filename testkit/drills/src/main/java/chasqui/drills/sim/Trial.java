package chasqui.drills.sim;

import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/// One seed of one simulation.
///
/// @param kind what is simulated, in a word
/// @param command runs it alone
/// @param simulation makes it
record Trial(long seed, String kind, String command, Supplier<JudgedSimulation> simulation) {

  static List<Trial> range(long from, long seeds, LongFunction<Trial> trial) {
    return LongStream.range(from, from + seeds).mapToObj(trial).toList();
  }

  static Trial mesh(long seed, MeshShape shape) {
    MeshShape of = shape.of(seed);
    String kind = of.name().toLowerCase(Locale.ROOT);
    return new Trial(
        seed, kind, "./chasqui sim --shape " + kind + " --seeds 1 --from " + seed, () -> new MeshSimulation(of));
  }

  static Trial model(long seed, int steps) {
    return new Trial(
        seed, "model", "./chasqui sim --model --steps " + steps + " --seeds 1 --from " + seed,
        () -> new ModelSimulation(steps));
  }
}
