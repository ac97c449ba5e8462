/// A simulated store that several mailbox nodes share: three copies of every row that follows from commits, written and
/// read by two of three; journals, incarnations and custody, which change by conditional writes, as one. It lives outside
/// every node, is reached over the simulated network, and does late, twice or without an answer what it was asked to do.
package chasqui.drills.sim.shared;
