package chasqui.mailbox;

import chasqui.mailbox.v1.Append;
import chasqui.mailbox.v1.Caller;
import chasqui.mailbox.v1.MailboxRequest;
import java.util.ArrayList;
import java.util.List;

/// A request that was taken in and is to be answered once, at its port. Until then it holds the states that it works on,
/// so that they are not evicted under it.
final class Ask {

  final MailboxRequest request;
  final MailboxPort port;
  final int slot;
  /// What the request takes of the bounds in bytes.
  final int bytes;
  /// The epoch of its slot as it was taken in; 0 if it was not.
  long epoch;
  /// Who serves its slot, as far as is known, where that is not this node; else empty.
  String servedBy = "";
  boolean answered;

  private ConversationState held;
  private List<ConversationState> heldBesides;

  Ask(MailboxRequest request, MailboxPort port, int slot) {
    this.request = request;
    this.port = port;
    this.slot = slot;
    this.bytes = request.getSerializedSize();
  }

  Caller caller() {
    return request.getCaller();
  }

  Append append() {
    return request.getAppend();
  }

  void hold(ConversationState state) {
    state.holders++;
    if (held == null) {
      held = state;
      return;
    }
    if (heldBesides == null) {
      heldBesides = new ArrayList<>();
    }
    heldBesides.add(state);
  }

  /// The ask is answered.
  void release() {
    if (held != null) {
      held.holders--;
      held = null;
    }
    if (heldBesides != null) {
      heldBesides.forEach(state -> state.holders--);
      heldBesides = null;
    }
  }
}
