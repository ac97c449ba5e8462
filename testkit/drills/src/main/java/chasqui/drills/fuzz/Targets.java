package chasqui.drills.fuzz;

import chasqui.drills.fuzz.town.PeerTarget;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// What is fuzzed.
public enum Targets {
  /// An authenticated peer on its stream and in its calls.
  PEER(PeerTarget::new, 400, 1_200,
      "chasqui.edge", "chasqui.router", "chasqui.mailbox", "chasqui.registry", "chasqui.presence", "chasqui.link"),
  /// The two checks of frames.
  FRAMES(FrameTarget::new, 200, 5_000, "chasqui.edge.session"),
  /// Tokens.
  TOKENS(TokenTarget::new, 300, 500, "chasqui.edge.auth", "com.nimbusds.jose");

  private final Function<Cost, Target> maker;
  private final int bytesMax;

  private final int inputs;
  private final List<String> packages;

  Targets(Function<Cost, Target> maker, int bytesMax, int inputs, String... packages) {
    this.maker = maker;
    this.bytesMax = bytesMax;
    this.inputs = inputs;
    this.packages = List.of(packages);
  }

  public Target target(Cost cost) {
    return maker.apply(cost);
  }

  /// The longest input that is made for it.
  public int bytesMax() {
    return bytesMax;
  }

  /// How many inputs every change is held against.
  public int inputs() {
    return inputs;
  }

  /// Where new code draws the fuzzer on.
  List<String> packages() {
    return packages;
  }

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
