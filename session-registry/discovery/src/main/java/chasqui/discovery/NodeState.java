package chasqui.discovery;

/// Where a node is in its life. Only a ready node is given slots or new links.
public enum NodeState {
  STARTING,
  READY,
  DRAINING
}
