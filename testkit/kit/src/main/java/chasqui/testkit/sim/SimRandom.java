package chasqui.testkit.sim;

import chasqui.testkit.history.PayloadHash;
import java.util.List;
import java.util.random.RandomGenerator;

/// Randomness from a seed (SplitMix64). Each consumer takes a stream of its own by name, so that adding one, or one
/// drawing more, does not shift what the others draw.
public final class SimRandom implements RandomGenerator {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private final long seed;
  private long state;

  public SimRandom(long seed) {
    this.seed = seed;
    this.state = mix(seed);
  }

  /// The stream called `name`: always the same for this seed, whatever has been drawn.
  public SimRandom split(String name) {
    return new SimRandom(mix(seed + GOLDEN) ^ PayloadHash.of(name));
  }

  @Override
  public long nextLong() {
    state += GOLDEN;
    return mix(state);
  }

  /// True with the given probability.
  public boolean chance(double probability) {
    return probability > 0 && nextDouble() < probability;
  }

  public <T> T pick(List<T> choices) {
    return choices.get(nextInt(choices.size()));
  }

  /// Between `least` and `most`, both included.
  public long between(long least, long most) {
    return least == most ? least : nextLong(least, most + 1);
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
    return b ^ (b >>> 31);
  }
}
