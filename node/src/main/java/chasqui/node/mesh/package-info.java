/// The wiring: each role assembled from its parts, all of them joined by gRPC's in-process transport.
package chasqui.node.mesh;
