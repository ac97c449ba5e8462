/// Devices of a simulation: the SDK's session core on a simulated node, its durable state on a simulated disk, watched by
/// a witness from outside.
package chasqui.drills.sim.device;
