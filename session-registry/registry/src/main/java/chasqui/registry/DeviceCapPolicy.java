package chasqui.registry;

/// What happens when a user brings one device too many online.
public enum DeviceCapPolicy {
  /// The device that is online longest is ended.
  EVICT_OLDEST,
  /// The device that comes is refused.
  REFUSE_NEWEST
}
