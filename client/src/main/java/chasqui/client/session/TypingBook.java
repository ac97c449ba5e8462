package chasqui.client.session;

import chasqui.edge.v1.Typing;
import chasqui.edge.v1.TypingSignal;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Who types where: what this device says of its person, and what it was told of others. All of it may get lost on the
/// way, so nothing is kept for long: who is not told of again stops typing after [#SHOWN_MS].
final class TypingBook {
  /// How often it is said again while it goes on.
  static final long SAY_AGAIN_MS = 3_000;

  /// How long somebody is shown as typing: one signal may get lost.
  static final long SHOWN_MS = 6_000;

  private static final int OWN_MAX = 64;
  private static final int SHOWN_MAX = 512;

  private record Somebody(String conversationId, String userId) {}

  private static final class Own {
    boolean typing;
    long saidAtMs;

    /// Not said yet.
    boolean due;

    long dueSinceMs;
  }

  private final Consumer<ClientEvent> events;
  private final Map<String, Own> own = new LinkedHashMap<>();
  private final Map<Somebody, Long> shownUntilMs = new HashMap<>();

  TypingBook(Consumer<ClientEvent> events) {
    this.events = events;
  }

  /// The person types, as often as this is called, or stopped.
  void own(String conversationId, boolean typing, long nowMs) {
    var state = own.get(conversationId);
    if (state == null) {
      if (!typing || own.size() >= OWN_MAX && !forgetOld(nowMs)) {
        return;
      }
      state = new Own();
      own.put(conversationId, state);
    } else if (state.typing == typing && (state.due || nowMs < state.saidAtMs + SAY_AGAIN_MS)) {
      return;
    }
    state.typing = typing;
    state.due = true;
    state.dueSinceMs = nowMs;
  }

  private boolean forgetOld(long nowMs) {
    return own.values().removeIf(state -> nowMs >= Math.max(state.saidAtMs, state.dueSinceMs) + SHOWN_MS);
  }

  /// A message is on its way: others see by itself that the person stopped typing it.
  void sent(String conversationId) {
    own.remove(conversationId);
  }

  /// What to say next.
  Optional<TypingSignal> next(long nowMs) {
    for (var each = own.entrySet().iterator(); each.hasNext(); ) {
      var entry = each.next();
      var state = entry.getValue();
      if (!state.due) {
        continue;
      }
      state.due = false;
      state.saidAtMs = nowMs;
      if (!state.typing) {
        each.remove();
      }
      // What could not be said in time is not worth saying.
      if (nowMs < state.dueSinceMs + SAY_AGAIN_MS) {
        return Optional.of(
            TypingSignal.newBuilder().setConversationId(entry.getKey()).setTyping(state.typing).build());
      }
    }
    return Optional.empty();
  }

  void told(Typing typing, long nowMs) {
    var who = new Somebody(typing.getConversationId(), typing.getUserId());
    if (!typing.getTyping()) {
      stopped(who);
    } else if (shownUntilMs.size() < SHOWN_MAX || shownUntilMs.containsKey(who)) {
      if (shownUntilMs.put(who, nowMs + SHOWN_MS) == null) {
        events.accept(new ClientEvent.TypingChanged(who.conversationId, who.userId, true));
      }
    }
  }

  /// An entry of somebody: what was typed is there.
  void entry(String conversationId, String userId) {
    if (!shownUntilMs.isEmpty()) {
      stopped(new Somebody(conversationId, userId));
    }
  }

  private void stopped(Somebody who) {
    if (shownUntilMs.remove(who) != null) {
      events.accept(new ClientEvent.TypingChanged(who.conversationId, who.userId, false));
    }
  }

  void onTimer(long nowMs) {
    for (Iterator<Map.Entry<Somebody, Long>> each = shownUntilMs.entrySet().iterator(); each.hasNext(); ) {
      var shown = each.next();
      if (shown.getValue() <= nowMs) {
        each.remove();
        events.accept(new ClientEvent.TypingChanged(shown.getKey().conversationId, shown.getKey().userId, false));
      }
    }
  }

  long deadlineMs() {
    long earliest = Long.MAX_VALUE;
    for (long until : shownUntilMs.values()) {
      earliest = Math.min(earliest, until);
    }
    return earliest;
  }
}
