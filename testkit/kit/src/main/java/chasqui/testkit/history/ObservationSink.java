package chasqui.testkit.history;

/// Where clients and drivers put what they saw. Implementations say whether they may be called by several threads.
@FunctionalInterface
public interface ObservationSink {
  void accept(Observation observation);
}
