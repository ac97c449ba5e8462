/// Holds, per user slot and in memory only, which device is connected to which edge.
///
/// Nothing here is stored: edges announce their sessions again whenever a link or an owner changes. The thinking part is
/// {@link chasqui.registry.SessionDirectory}, driven by events and a clock that is handed in; {@link
/// chasqui.registry.SessionRegistry} carries it over gRPC.
///
/// To wire one: `new SessionRegistry(config, LinkLimits.DEFAULT, scheduler, System::nanoTime, meter)`, add its
/// `service()` to the server for internal links (with a direct executor), `start()`; `close()` ends it.
package chasqui.registry;
