package chasqui.mailbox;

import chasqui.mailbox.v1.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Gets a reader the states that it reads, loaded, held until it is answered, and confirmed: the owner was still the
/// owner after the request came.
final class StateReads {

  private final StripeContext context;
  private final StateCache states;

  StateReads(StripeContext context, StateCache states) {
    this.context = context;
    this.states = states;
  }

  void one(Ask ask, String conversationId, Consumer<ConversationState> then) {
    many(ask, List.of(conversationId), loaded -> then.accept(loaded.getFirst()));
  }

  /// The states in any order.
  void many(Ask ask, List<String> conversationIds, Consumer<List<ConversationState>> then) {
    Gathering gathering = new Gathering(ask, conversationIds.size(), then);
    conversationIds.forEach(id -> states.use(id, gathering));
    gathering.proceedIfWhole();
  }

  private final class Gathering implements StateCache.Waiter {
    private final Ask ask;
    private final Consumer<List<ConversationState>> then;
    private final List<ConversationState> states;
    private int missing;

    Gathering(Ask ask, int count, Consumer<List<ConversationState>> then) {
      this.ask = ask;
      this.then = then;
      this.states = new ArrayList<>(count);
      // One more than there are, for the caller: so that nothing goes on while states are still asked for.
      this.missing = count + 1;
    }

    @Override
    public void loaded(ConversationState state) {
      if (ask.answered) {
        return;
      }
      ask.hold(state);
      states.add(state);
      proceedIfWhole();
    }

    @Override
    public void failed(Refusal refusal) {
      if (!ask.answered) {
        context.answers.refuse(ask, refusal);
      }
    }

    void proceedIfWhole() {
      missing--;
      if (missing == 0 && !ask.answered) {
        context.confirmed(ask, this::confirmed);
      }
    }

    private void confirmed() {
      for (ConversationState state : states) {
        if (state.dropped || state.distrusted) {
          context.answers.refuse(ask, context.reloading());
          return;
        }
      }
      then.accept(states);
    }
  }
}
