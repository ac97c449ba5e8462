package chasqui.testkit.sim;

/// Something that goes wrong in a simulation. Times are nanoseconds; what lasts ends by itself.
public sealed interface Fault {

  /// Nothing passes from `a` to `b`, nor back unless `oneWay`.
  record Partition(String a, String b, boolean oneWay, long forNanos) implements Fault {}

  /// All connections between the two drop; their ends are told, or stay half-open.
  record BreakConnections(String a, String b, boolean told) implements Fault {}

  /// The direction from `from` to `to` gets slow and lossy.
  record Degrade(String from, String to, Shape shape, long forNanos) implements Fault {}

  record Crash(String node, boolean told, long downNanos) implements Fault {}

  /// The node crashes at the `nth` arrival at the point, counted from now.
  record CrashAt(String node, String point, int nth, long downNanos) implements Fault {}

  /// As SIGSTOP and SIGCONT.
  record Pause(String node, long forNanos) implements Fault {}

  record ClockJump(String node, long byNanos) implements Fault {}

  record SlowDisk(String node, long extraNanos, long forNanos) implements Fault {}

  record FullDisk(String node, long forNanos) implements Fault {}

  /// The next sync fails; the node is expected to end itself, and is started again after a while.
  record FailSync(String node, long downNanos) implements Fault {}
}
