package chasqui.link;

/// The bounds of one direction of a link.
///
/// @param itemsQueuedMax items waiting to be written; beyond, an offer answers `FULL`
/// @param bytesQueuedMax encoded bytes waiting to be written, unless one item alone is larger: items alone would not
///     bound memory, since one may be 64 KiB
/// @param itemsPerFrameMax items in one frame: bigger frames save calls, smaller ones keep the delay of a frame low
/// @param bytesPerFrameMax encoded bytes of one frame, unless one item alone is larger; below gRPC's 4 MiB
/// @param framesInboundMax frames that the peer may send before the first of them was handled
public record LinkLimits(
    int itemsQueuedMax, long bytesQueuedMax, int itemsPerFrameMax, int bytesPerFrameMax, int framesInboundMax) {

  public static final LinkLimits DEFAULT = new LinkLimits(65_536, 64L << 20, 256, 256 * 1024, 32);

  public LinkLimits {
    if (itemsQueuedMax < itemsPerFrameMax || itemsPerFrameMax < 1 || framesInboundMax < 1) {
      throw new IllegalArgumentException("a link needs itemsQueuedMax >= itemsPerFrameMax >= 1 and framesInboundMax >= 1");
    }
    if (bytesPerFrameMax < 1024 || bytesPerFrameMax > 2 * 1024 * 1024) {
      throw new IllegalArgumentException("bytesPerFrameMax must be 1 KiB to 2 MiB, got " + bytesPerFrameMax);
    }
    if (bytesQueuedMax < bytesPerFrameMax) {
      throw new IllegalArgumentException("bytesQueuedMax must be at least bytesPerFrameMax, got " + bytesQueuedMax);
    }
  }

  /// Items that may wait before droppable ones are dropped: the last quarter is kept for answers and control.
  int itemsDroppableMax() {
    return Math.max(1, itemsQueuedMax - itemsQueuedMax / 4);
  }

  /// Items that may wait before ephemeral ones are dropped: a few frames.
  public int itemsEphemeralMax() {
    return Math.max(1, Math.min(4 * itemsPerFrameMax, itemsQueuedMax / 16));
  }

  /// Bytes that may wait before droppable items are dropped.
  long bytesDroppableMax() {
    return bytesQueuedMax - bytesQueuedMax / 4;
  }
}
