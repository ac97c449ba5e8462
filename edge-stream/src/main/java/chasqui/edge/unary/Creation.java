package chasqui.edge.unary;

import chasqui.conversation.v1.Conversation;
import chasqui.edge.budget.Spent;
import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.Append;
import chasqui.mailbox.v1.CreateConversation;
import chasqui.mailbox.v1.DeriveConversationId;
import chasqui.mailbox.v1.MailboxRequest;
import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import java.util.function.Consumer;

/// Creates a conversation, or finds it. Only a new one is taken from the budgets of its creator and of the peer; where
/// those are spent, one that is there already is given all the same. What was taken is given back unless it may have been
/// made: who creates nothing takes nothing from the peer.
///
/// @param peer the other one of a 1:1 conversation; null for a group
/// @param repeatId the id of the creation
record Creation<T extends MessageLite>(Calls.Call<T> call, String peer, ByteString repeatId, CreateConversation.Builder what) {

  /// @param from what the conversation's id follows from
  void start(DeriveConversationId.Builder from, Consumer<Conversation> then) {
    call.ask(MailboxRequest.newBuilder().setDeriveConversationId(from), response -> {
      String id = response.getConversationIdDerived().getConversationId();
      Spent spent = call.create(peer);
      if (spent == null) {
        create(id, then);
      } else {
        find(id, spent, then);
      }
    });
  }

  private void create(String id, Consumer<Conversation> then) {
    call.appendPaid(id, repeatId, Append.newBuilder().setCreate(what), response -> {
      if (response.getAppended().getRepeated()) {
        call.notCreated(peer);
      }
      ConversationRpc.describe(call, id, ConversationRpc.MEMBERS_SHOWN, then);
    }, reason -> {
      if (isCertain(reason)) {
        call.notCreated(peer);
      }
    });
  }

  /// Whether nothing was stored.
  private static boolean isCertain(Reason refusal) {
    return switch (refusal) {
      case REASON_UNSPECIFIED, UNRECOGNIZED, REASON_INTERNAL, REASON_OUTCOME_UNKNOWN, REASON_DEADLINE_EXCEEDED -> false;
      default -> true;
    };
  }

  private void find(String id, Spent spent, Consumer<Conversation> then) {
    MailboxRequest.Builder describe = ConversationRpc.describe(id, ConversationRpc.MEMBERS_SHOWN, false);
    call.ask(
        describe,
        response -> then.accept(ConversationRpc.conversation(response.getConversation())),
        refusal -> call.fail(refusal.getReason() == Reason.REASON_NOT_FOUND
            ? spent.status()
            : Calls.refusal(describe.getOperationCase(), refusal)));
  }
}
