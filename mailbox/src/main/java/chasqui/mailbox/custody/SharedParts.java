package chasqui.mailbox.custody;

import chasqui.discovery.CrashPoints;
import chasqui.mailbox.store.FatalHandler;
import chasqui.mailbox.store.shared.SharedTables;
import io.opentelemetry.api.metrics.Meter;
import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;

/// What a mailbox over a shared store stands on.
///
/// @param tables the rows; closed by the store that is made of them
/// @param executor runs the events of custody, one at a time; nothing of it blocks. Shut down by whoever made it, after
///     the store was closed
/// @param random for nonces and pauses; used on the executor only
/// @param fatal ends the process at once: it was replaced by another node, or has a bug
public record SharedParts(
    SharedTables tables, ScheduledExecutorService executor, InstantSource clock, RandomGenerator random, Meter meter,
    CrashPoints crashPoints, FatalHandler fatal) {}
