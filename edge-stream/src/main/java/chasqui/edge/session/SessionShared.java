package chasqui.edge.session;

import chasqui.edge.TokenVerifier;
import chasqui.edge.budget.Budgets;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/// What all sessions of a loop share.
///
/// @param wall for token ends, days and dates; everything else goes by the monotonic `nowMillis` of the events
/// @param random for jitter; used on the loop only
/// @param budgets of everybody on this edge
public record SessionShared(
    SessionLimits limits, TokenVerifier tokens, FrameCheck frames, InstantSource wall, RandomGenerator random,
    SessionMetrics metrics, Budgets budgets) {}
