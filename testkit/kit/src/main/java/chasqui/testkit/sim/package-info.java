/// A simulated world: one thread, simulated time, a network, disks and nodes that can fail, all drawn from one seed.
///
/// Everything that happens is an event in one queue ordered by (time, sequence); everything random comes from
/// [SimRandom][chasqui.testkit.sim.SimRandom]; everything that happens goes into the
/// [Trace][chasqui.testkit.sim.Trace], whose hash is therefore the same for the same seed in every JVM. Nothing here asks
/// for wall time, a thread, an identity hash code or the order of a hash map.
package chasqui.testkit.sim;
