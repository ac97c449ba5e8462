package chasqui.client.session;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Final refusals that are not told yet: what the application was told is refused must not go out again after a crash, so
/// the outbox has to have forgotten it first. At most as many as the outbox held.
final class RefusedSends {
  private final TreeMap<Long, SendOutcome.Refused> byRecord = new TreeMap<>();

  /// @param record by which the outbox forgets the message
  void add(long record, SendOutcome.Refused outcome) {
    byRecord.put(record, outcome);
  }

  /// Those that can be told once everything up to this record is durable.
  List<SendOutcome.Refused> take(long durable) {
    var ready = byRecord.headMap(durable, true);
    var outcomes = new ArrayList<>(ready.values());
    ready.clear();
    return outcomes;
  }

  /// All of them, where the outbox cannot be written any more: a refusal may not be in it, and the next run sends the
  /// message again.
  List<SendOutcome.Pending> doubtful(String why) {
    return take(Long.MAX_VALUE).stream().map(refused -> new SendOutcome.Pending(
        refused.conversationId(), refused.clientMessageId(), why, refused.mayBeStored())).toList();
  }

  int size() {
    return byRecord.size();
  }
}
