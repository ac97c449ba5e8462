package chasqui.client.session;

import chasqui.edge.v1.Send;
import chasqui.edge.v1.SendAccepted;
import chasqui.log.v1.Entry;

/// The entry that an accepted send became, as the server would have delivered it.
final class OwnEntry {

  private OwnEntry() {}

  static Entry.Builder of(Send send, SendAccepted accepted) {
    var entry = Entry.newBuilder()
        .setSeq(accepted.getSeq())
        .setStampMicros(accepted.getStampMicros())
        .setClientMessageId(send.getClientMessageId());
    return switch (send.getChangeCase()) {
      case MESSAGE -> entry.setMessage(send.getMessage());
      case EDIT -> entry.setEdit(send.getEdit());
      case DELETION -> entry.setDeletion(send.getDeletion());
      case REACTION -> entry.setReaction(send.getReaction());
      case PIN -> entry.setPin(send.getPin());
      case CHANGE_NOT_SET -> entry;
    };
  }
}
