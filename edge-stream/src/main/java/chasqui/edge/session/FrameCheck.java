package chasqui.edge.session;

import chasqui.edge.v1.ClientFrame;

/// Holds frames against the limits that stand beside their fields in the schema.
@FunctionalInterface
public interface FrameCheck {

  /// What is wrong with a frame: the field's path, a colon, and what was expected; null if nothing is.
  String violation(ClientFrame frame);
}
