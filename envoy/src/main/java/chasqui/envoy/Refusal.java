package chasqui.envoy;

/// Says in one sentence, for a person, why nothing was done.
public final class Refusal extends RuntimeException {
  Refusal(String sentence) {
    super(sentence);
  }
}
