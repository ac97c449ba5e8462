package chasqui.link;

import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// What links need of the process around them.
///
/// @param channels how nodes are reached
/// @param scheduler reopens links and ticks; its tasks are short and never block
/// @param random spreads reopening; used under a lock of its user
/// @param nanoTime a monotonic clock, such as `System::nanoTime`
public record LinkRuntime(
    ChannelFactory channels, ScheduledExecutorService scheduler, RandomGenerator random, LongSupplier nanoTime) {}
