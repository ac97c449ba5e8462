package chasqui.edge.server;

import chasqui.discovery.NodeRecord;

/// The link to one node.
interface PeerLink {

  NodeRecord node();

  /// Whether it takes something now.
  boolean isOpen();

  /// Opens it, and again whenever it breaks.
  void start();

  /// Ends it for good.
  void close();
}
