/// gRPC over the simulated network: the generated stubs and services run unchanged, one call a connection, with flow
/// control, half-open streams and crashes as the simulation decides.
package chasqui.testkit.sim.grpc;
