package chasqui.mailbox.store.embedded;

import chasqui.discovery.CrashPoints;
import chasqui.mailbox.store.FatalHandler;
import io.opentelemetry.api.metrics.Meter;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// What a store is given besides its configuration.
///
/// @param usableBytes what is free on the file system of the data folder
record Surroundings(
    InstantSource clock,
    RandomGenerator secureRandom,
    Meter meter,
    FatalHandler fatal,
    CrashPoints points,
    LongSupplier usableBytes) {}
