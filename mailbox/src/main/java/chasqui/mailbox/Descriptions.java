package chasqui.mailbox;

import chasqui.mailbox.v1.ConversationDescription;
import chasqui.mailbox.v1.DescribeConversation;
import chasqui.mailbox.v1.MailboxResponse;

/// Describes conversations: to their members as far as they may know, to routers as they need it for fan-out.
///
/// Somebody who is no member any more is told kind and clipped head, not the title and members of today.
final class Descriptions {

  private final StripeContext context;
  private final StateReads reads;

  Descriptions(StripeContext context, StateReads reads) {
    this.context = context;
    this.reads = reads;
  }

  void describe(Ask ask) {
    DescribeConversation asked = ask.request.getDescribeConversation();
    reads.one(ask, asked.getConversationId(), state -> describe(ask, state, asked.getMembersMax()));
  }

  private void describe(Ask ask, ConversationState state, int membersMax) {
    String userId = ask.caller().getUserId();
    long head = state.clippedHead(userId);
    if (head == 0) {
      context.answers.refuse(ask, Refusals.NOT_FOUND);
      return;
    }
    ConversationDescription.Builder description = ConversationDescription.newBuilder()
        .setConversationId(state.id)
        .setKind(state.kind)
        .setHead(head)
        .setGeneration(state.generation);
    if (state.roster.newest(userId).begunAt(state.head).isOpenAt(state.head)) {
      int count = state.roster.committedMembers();
      description.setTitle(state.title).setMemberCount(count);
      if (Integer.compareUnsigned(count, membersMax) <= 0) {
        description.addAllMembers(state.roster.membersAt(state.head));
      }
    }
    context.answers.give(ask, MailboxResponse.newBuilder().setConversation(description));
  }

  void roster(Ask ask) {
    reads.one(ask, ask.request.getReadRoster().getConversationId(), state -> roster(ask, state));
  }

  private void roster(Ask ask, ConversationState state) {
    if (state.head == 0) {
      context.answers.refuse(ask, Refusals.NOT_FOUND);
      return;
    }
    context.answers.give(ask, MailboxResponse.newBuilder().setRoster(chasqui.mailbox.v1.Roster.newBuilder()
        .setConversationId(state.id)
        .setRosterSeq(state.rosterSeq)
        .addAllMembers(state.roster.membersAt(state.head))));
  }
}
