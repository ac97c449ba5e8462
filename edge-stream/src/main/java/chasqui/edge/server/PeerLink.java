package chasqui.edge.server;

import chasqui.discovery.NodeRecord;
import chasqui.link.KeptLink;

/// The link to one node.
interface PeerLink {

  NodeRecord node();

  KeptLink<?, ?, ?> kept();

  /// Whether it is open and its node has answered on it.
  default boolean isOpen() {
    return kept().isAnswered();
  }

  /// Opens it, and again whenever it breaks.
  default void start() {
    kept().start();
  }

  /// Ends it for good.
  default void close() {
    kept().close();
  }
}
