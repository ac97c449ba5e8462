package chasqui.mailbox;

import chasqui.log.fold.Changes;
import chasqui.log.v1.Entry;
import chasqui.log.v1.Reaction;
import chasqui.mailbox.store.ChangeRows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A message that is to be changed, with what its changes come to, queued ones included. In memory while a change of it
/// waits: for the store to tell about the message, then for its commit. So two changes that are queued together are
/// decided one after the other, and nothing is read while one is queued.
final class Target {

  final long seq;
  /// Who wait until the store has told; null once it has.
  List<Waiting> waiting = new ArrayList<>(1);
  /// Changes that are queued or in flight.
  int pending;

  /// True if the entry is a message, deleted or not.
  boolean isMessage;
  String author = "";
  long stampMicros;
  boolean deleted;
  /// Reactions and pins so far; what takes one back again is not counted, it is never more.
  int additions;

  /// The message and its edits as they are stored once it is deleted.
  final List<Entry> emptied = new ArrayList<>(1);

  // What each user added, edits included.
  private final Map<String, Integer> byUser = new HashMap<>();
  private final Map<String, Set<String>> reactors = new HashMap<>();

  /// An append that waits, and its id, by which repeats find it.
  record Waiting(Ask ask, Counter counter, IdLookup id) {}

  Target(long seq) {
    this.seq = seq;
  }

  /// The store has told, or the entry is still queued itself.
  void known(Entry entry) {
    isMessage = entry.hasMessage();
    author = entry.getSenderUser();
    stampMicros = entry.getStampMicros();
    if (isMessage) {
      emptied.add(Changes.emptied(entry));
    }
    waiting = null;
  }

  void changed(ChangeRows stored) {
    stored.rows().forEach(this::apply);
  }

  /// Takes in a change that was accepted.
  void apply(Entry change) {
    if (isAddition(change)) {
      byUser.merge(change.getSenderUser(), 1, Integer::sum);
      additions += change.hasEdit() ? 0 : 1;
    }
    deleted |= change.hasDeletion();
    if (change.hasEdit()) {
      emptied.add(Changes.emptied(change));
    }
    if (change.hasReaction()) {
      Reaction reaction = change.getReaction();
      Set<String> users = reactors.computeIfAbsent(reaction.getEmoji(), emoji -> new HashSet<>());
      if (reaction.getRemoved()) {
        users.remove(change.getSenderUser());
      } else {
        users.add(change.getSenderUser());
      }
      if (users.isEmpty()) {
        reactors.remove(reaction.getEmoji());
      }
    }
  }

  private static boolean isAddition(Entry change) {
    return change.hasEdit()
        || change.hasReaction() && !change.getReaction().getRemoved()
        || change.hasPin() && !change.getPin().getRemoved();
  }

  int addedBy(String user) {
    return byUser.getOrDefault(user, 0);
  }

  boolean hasReaction(String user, String emoji) {
    return reactors.getOrDefault(emoji, Set.of()).contains(user);
  }

  boolean hasEmoji(String emoji) {
    return reactors.containsKey(emoji);
  }

  int emojis() {
    return reactors.size();
  }

  long emojisOf(String user) {
    return reactors.values().stream().filter(users -> users.contains(user)).count();
  }
}
