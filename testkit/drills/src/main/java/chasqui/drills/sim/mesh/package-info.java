/// The roles of a mesh on simulated nodes: the classes that the node wires, over simulated links, store and time.
package chasqui.drills.sim.mesh;
