package chasqui.drills.faults.sweep;

/// What came of a probe.
///
/// @param granted something was done or given; otherwise it was refused, or met with silence
/// @param blurred the answer without what lawfully differs
/// @param raw the answer as it came, to look for what must not be in it
record Answer(boolean granted, String blurred, String raw) {}
