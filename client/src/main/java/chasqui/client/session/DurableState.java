package chasqui.client.session;

import chasqui.edge.v1.Position;
import chasqui.edge.v1.Send;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a client knows again after a restart.
///
/// @param counter the highest counter ever put into a `client_message_id`
/// @param connectNumber the highest number ever put into a `Hello`
/// @param unanswered the messages without an answer, by ascending counter
/// @param positions what was shown, by conversation
public record DurableState(long counter, long connectNumber, List<Send> unanswered, Map<String, Position> positions) {

  public static final DurableState EMPTY = new DurableState(0, 0, List.of(), Map.of());

  public DurableState {
    unanswered = List.copyOf(unanswered);
    positions = Map.copyOf(positions);
  }

  /// The same with positions that the application kept itself; they win over the stored ones.
  public DurableState withPositions(Collection<Position> known) {
    var merged = new LinkedHashMap<>(positions);
    known.forEach(position -> merged.put(position.getConversationId(), position));
    return new DurableState(counter, connectNumber, unanswered, merged);
  }
}
