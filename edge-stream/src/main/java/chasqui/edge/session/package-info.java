/// One device's session as plain classes without threads: `(state, event, now) → effects through small interfaces`.
///
/// {@link chasqui.edge.session.StreamSession} is the parent that keeps the `if`s. The gRPC adapter in
/// `chasqui.edge.server` and the simulator run it unchanged: both implement {@link chasqui.edge.session.FrameSink},
/// {@link chasqui.edge.session.RouterPort} and {@link chasqui.edge.session.RegistryPort}.
///
/// Everything of one session runs on one executor, its loop; nothing here is thread-safe. Ports never call back from
/// within a call: their answers come later, on the same loop.
package chasqui.edge.session;
