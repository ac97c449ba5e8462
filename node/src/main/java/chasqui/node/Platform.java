package chasqui.node;

import chasqui.mailbox.store.FatalHandler;
import chasqui.node.ops.OpsActions;
import io.opentelemetry.api.metrics.Meter;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/// What all roles of a process stand on.
///
/// @param clock the wall clock
/// @param random secure and thread-safe; for ids, keys and jitter
/// @param fatal told when the process must end at once
/// @param incarnation a fresh id at every start
/// @param actions what operators may ask of this process
public record Platform(
    InstantSource clock, RandomGenerator random, Meter meter, FatalHandler fatal, String incarnation, OpsActions actions) {

  /// A platform with a fresh incarnation.
  public static Platform of(InstantSource clock, RandomGenerator random, Meter meter, FatalHandler fatal) {
    byte[] id = new byte[12];
    random.nextBytes(id);
    return new Platform(clock, random, meter, fatal, HexFormat.of().formatHex(id), new OpsActions(random));
  }
}
