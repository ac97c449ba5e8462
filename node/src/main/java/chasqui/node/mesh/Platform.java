package chasqui.node.mesh;

import chasqui.mailbox.store.FatalHandler;
import io.opentelemetry.api.metrics.Meter;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/// What all roles of a process stand on.
///
/// @param clock the wall clock
/// @param secureRandom thread-safe; for ids and keys
/// @param fatal told when the process must end at once
public record Platform(InstantSource clock, RandomGenerator secureRandom, Meter meter, FatalHandler fatal) {}
