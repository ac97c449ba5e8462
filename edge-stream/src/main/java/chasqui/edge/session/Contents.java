package chasqui.edge.session;

import chasqui.edge.v1.Send;
import chasqui.log.fold.Changes;
import chasqui.log.v1.Message;
import chasqui.mailbox.v1.Append;

/// What a send appends, as the owner is asked to.
final class Contents {

  static final String MESSAGE_WITHOUT = "send.message.content: exactly one kind is required";
  static final String EDIT_WITHOUT = "send.edit.message.content: exactly one kind is required";

  private Contents() {}

  /// The message that is sent or is to replace one; empty for what has none.
  static Message of(Send send) {
    return send.hasEdit() ? send.getEdit().getMessage() : send.getMessage();
  }

  /// True for a message, or the new content of one, that says nothing.
  static boolean lacksContent(Send send) {
    return (send.hasMessage() || send.hasEdit()) && Changes.saysNothing(of(send));
  }

  static Append.Builder append(Send send) {
    Append.Builder append = Append.newBuilder();
    return switch (send.getChangeCase()) {
      case MESSAGE -> append.setMessage(send.getMessage());
      case EDIT -> append.setEdit(send.getEdit());
      case DELETION -> append.setDeletion(send.getDeletion());
      case REACTION -> append.setReaction(send.getReaction());
      case PIN -> append.setPin(send.getPin());
      case CHANGE_NOT_SET -> throw new IllegalStateException("a send without a change passed the schema");
    };
  }
}
