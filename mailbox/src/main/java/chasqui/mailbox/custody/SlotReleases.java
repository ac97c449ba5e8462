package chasqui.mailbox.custody;

import java.util.concurrent.CompletionStage;

/// Lets go of slots: the stripes, as a rule.
@FunctionalInterface
public interface SlotReleases {

  /// The slot is not served any more: completes once nothing of it is queued or under way, and nothing of it is remembered.
  /// Any thread.
  CompletionStage<Void> release(int slot);
}
