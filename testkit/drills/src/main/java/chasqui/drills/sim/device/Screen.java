package chasqui.drills.sim.device;

import chasqui.client.session.ClientEvent;
import chasqui.edge.v1.Position;
import chasqui.log.v1.Entry;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/// What a device's user has seen. Outlives the device's runs.
///
/// An application that trusts the SDK's stored positions may be shown again, after a crash, what it was shown since they
/// were stored. Those entries, and no others, are not told to the witness a second time.
final class Screen {
  private final Consumer<ClientEvent> witness;
  private final TreeMap<String, Position> reached = new TreeMap<>();
  private final TreeMap<String, TreeSet<Long>> shown = new TreeMap<>();
  private final TreeMap<String, TreeSet<Long>> repeatable = new TreeMap<>();

  Screen(Consumer<ClientEvent> witness) {
    this.witness = witness;
  }

  /// The device starts again from these positions.
  void restarted(Map<String, Position> positions) {
    repeatable.clear();
    shown.forEach((conversation, seqs) -> {
      long from = positions.containsKey(conversation) ? positions.get(conversation).getSeq() : 0;
      repeatable.put(conversation, new TreeSet<>(seqs.tailSet(from, false)));
    });
  }

  void show(ClientEvent event) {
    if (event instanceof ClientEvent.EntryReceived(String conversation, long generation, Entry entry, boolean _)) {
      move(Position.newBuilder()
          .setConversationId(conversation).setGeneration(generation).setSeq(entry.getSeq()).build());
      shown.computeIfAbsent(conversation, _ -> new TreeSet<>()).add(entry.getSeq());
      // Once for each restart.
      if (repeatable.containsKey(conversation) && repeatable.get(conversation).remove(entry.getSeq())) {
        return;
      }
    }
    witness.accept(event);
  }

  void move(Position position) {
    reached.merge(position.getConversationId(), position, (a, b) -> a.getSeq() >= b.getSeq() ? a : b);
  }

  /// How far each conversation was shown.
  Collection<Position> positions() {
    return Collections.unmodifiableCollection(reached.values());
  }

  long seq(String conversation) {
    Position position = reached.get(conversation);
    return position == null ? 0 : position.getSeq();
  }
}
