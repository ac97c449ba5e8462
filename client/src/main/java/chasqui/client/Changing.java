package chasqui.client;

import chasqui.edge.v1.Send;
import chasqui.log.v1.Deletion;
import chasqui.log.v1.Edit;
import chasqui.log.v1.Message;
import chasqui.log.v1.Pin;
import chasqui.log.v1.Reaction;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/// Changes of the messages of one conversation, each named by its `seq`. Every change is an entry of its own and comes to
/// the listener of every member; [chasqui.log.fold.Fold] tells what it makes of its message. Futures are those of
/// [ChasquiClient#send].
public final class Changing {
  private final String conversationId;
  private final Function<Send, CompletableFuture<SendReceipt>> outbox;

  Changing(String conversationId, Function<Send, CompletableFuture<SendReceipt>> outbox) {
    this.conversationId = conversationId;
    this.outbox = outbox;
  }

  /// Replaces an own message as a whole; for 48 hours.
  public CompletableFuture<SendReceipt> edit(long seq, Message message) {
    return send(Send.newBuilder().setEdit(Edit.newBuilder().setTargetSeq(seq).setMessage(message)));
  }

  /// Deletes a message for everyone: an own one for 48 hours, any as admin or owner of a group.
  public CompletableFuture<SendReceipt> delete(long seq) {
    return send(Send.newBuilder().setDeletion(Deletion.newBuilder().setTargetSeq(seq)));
  }

  /// Reacts to a message. Refused with `REASON_NO_CHANGE` if this user did so before.
  public CompletableFuture<SendReceipt> react(long seq, String emoji) {
    return send(Send.newBuilder().setReaction(Reaction.newBuilder().setTargetSeq(seq).setEmoji(emoji)));
  }

  /// Takes a reaction back.
  public CompletableFuture<SendReceipt> takeBack(long seq, String emoji) {
    return send(Send.newBuilder()
        .setReaction(Reaction.newBuilder().setTargetSeq(seq).setEmoji(emoji).setRemoved(true)));
  }

  /// Pins a message, in a group as admin or owner.
  public CompletableFuture<SendReceipt> pin(long seq) {
    return send(Send.newBuilder().setPin(Pin.newBuilder().setTargetSeq(seq)));
  }

  /// Takes a pin away.
  public CompletableFuture<SendReceipt> unpin(long seq) {
    return send(Send.newBuilder().setPin(Pin.newBuilder().setTargetSeq(seq).setRemoved(true)));
  }

  private CompletableFuture<SendReceipt> send(Send.Builder change) {
    return outbox.apply(change.setConversationId(conversationId).build());
  }
}
