package chasqui.testkit.check;

import chasqui.testkit.json.Json;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// What a history amounts to, counted from the clients' side.
///
/// @param sent messages that clients tried to send, each once
/// @param acked of these, acknowledged
/// @param failed definitely not stored
/// @param unknown neither acknowledged nor known to have failed
/// @param unknownStored of the unknown ones, found in the log after all
/// @param lost acknowledged messages that at least one device misses
/// @param missingDeliveries missing `(entry, device)` pairs, acknowledged or not
/// @param duplicated messages stored twice or entries shown twice
/// @param outOfOrder entries shown or framed after a later one
/// @param redelivered entries that came over the wire once more; lawful
/// @param readBack acknowledged messages that somebody read back from the stored log
/// @param delivered by device, entries shown (or framed, where the screen was not watched), each once
/// @param observations lines of history
/// @param violationCount violations of all promises
/// @param violationsByPromise how many of each, all eight named
/// @param violations the first of each promise in words
public record Verdict(
    long sent,
    long acked,
    long failed,
    long unknown,
    long unknownStored,
    long lost,
    long missingDeliveries,
    long duplicated,
    long outOfOrder,
    long redelivered,
    long readBack,
    Map<String, Long> delivered,
    long observations,
    long violationCount,
    Map<String, Long> violationsByPromise,
    List<Violation> violations) {

  public Verdict {
    delivered = Collections.unmodifiableMap(delivered);
    violationsByPromise = Collections.unmodifiableMap(violationsByPromise);
    violations = List.copyOf(violations);
  }

  public boolean holds() {
    return violationCount == 0;
  }

  public long violationsOf(Promise promise) {
    return violationsByPromise.get(promise.label());
  }

  public String toJson() {
    return Json.write(this);
  }
}
