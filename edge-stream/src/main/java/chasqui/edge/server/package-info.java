/// The edge node: gRPC streams and calls on one side, links to routers and registries on the other.
///
/// Wiring, in this order:
///
/// ```java
/// SessionLoops loops = new SessionLoops(config.server().loopThreads(), timers);
/// EdgeNode node = new EdgeNode(config, identity, new EdgeNode.Surroundings(
///     membership, channels, slots, tokens, timers, InstantSource.system(), System::nanoTime, random), loops, meter);
/// node.start();                                  // opens links to routers and registries as membership shows them
/// EdgeServer server = new EdgeServer(config.server(), address, tls, loops, node.services());
/// server.start();
/// …
/// node.drain(deadline);                          // tells every stream when to come back elsewhere; completes when all left
/// server.stop(); node.close(); loops.close();
/// ```
///
/// Tests without Netty add `node.services()` to an in-process server with a direct executor.
package chasqui.edge.server;
