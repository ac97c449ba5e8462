/// The simulated mesh: one thread, simulated time, network and store, and the classes that the node wires: the SDK's
/// session core, the edge's sessions, router, registry and stripes. A seed decides everything that happens.
package chasqui.drills.sim;
