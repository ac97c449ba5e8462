package chasqui.mailbox.custody;

import chasqui.mailbox.v1.Push;
import java.util.List;

/// Told of the heads of what was taken over, before anybody serves it: whoever wrote them may have died before they were
/// pushed.
@FunctionalInterface
public interface HeadsAgain {

  /// @param pushes the newest entry of each conversation
  /// @param whole false if there were too many to name
  void push(List<Push> pushes, boolean whole);
}
