/// Forwards requests to the owners of slots, and carries a committed entry to the edges of its members, with caches that
/// are corrected and never trusted.
///
/// The thinking part is {@link chasqui.router.RouterCore}, driven by events and a clock that is handed in; {@link
/// chasqui.router.MessageRouter} carries it over gRPC and shows how to wire it.
package chasqui.router;
