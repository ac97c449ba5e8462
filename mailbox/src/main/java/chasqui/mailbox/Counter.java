package chasqui.mailbox;

import java.util.ArrayDeque;

/// The highest counter of one device in one conversation.
final class Counter {

  /// Whose.
  record Key(String userId, String deviceId) {}

  final Key key;
  /// The highest counter ever queued, as far as this incarnation knows; never below what is stored.
  long highest;
  /// The highest counter in a commit, under way or done.
  long written;
  /// True while a commit is put together that raises it.
  boolean unwritten;
  /// The newest of this device that the conversation's budget refused and that was not sent again, when, and when it may
  /// be; 0 if there is none.
  long refused;
  long refusedMillis;
  long againMillis;
  /// Appends that wait until the stored counter is read; null once it is.
  ArrayDeque<Ask> waiting;

  Counter(Key key) {
    this.key = key;
  }
}
