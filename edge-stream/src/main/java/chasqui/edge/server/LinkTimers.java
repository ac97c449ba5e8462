package chasqui.edge.server;

import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// What links need of time and chance: for deadlines, and to be opened again.
record LinkTimers(ScheduledExecutorService scheduler, RandomGenerator random, LongSupplier nanoTime) {}
