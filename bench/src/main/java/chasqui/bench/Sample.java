package chasqui.bench;

/// What one measured interval of one server gave.
///
/// @param cpuMicrosPerMessage server processor time per delivered message
/// @param deliveredPerSecond rate that arrived
/// @param p50Micros, p99Micros intended sending to delivery
/// @param refused messages that the generator could not offer because a stream was not ready
record Sample(double cpuMicrosPerMessage, double deliveredPerSecond, long p50Micros, long p99Micros, long refused) {}
