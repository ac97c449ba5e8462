package chasqui.mailbox;

import chasqui.log.v1.Entry;
import chasqui.mailbox.v1.ConversationDescription;
import chasqui.mailbox.v1.DescribeConversation;
import chasqui.mailbox.v1.MailboxResponse;
import java.util.List;

/// Describes conversations: to their members as far as they may know, to routers as they need it for fan-out.
///
/// Somebody who is no member any more is told kind and clipped head, not the title, members and pins of today.
final class Descriptions {

  private final StripeContext context;
  private final StateReads reads;
  private final Watermarks watermarks;

  Descriptions(StripeContext context, StateReads reads, Watermarks watermarks) {
    this.context = context;
    this.reads = reads;
    this.watermarks = watermarks;
  }

  void describe(Ask ask) {
    DescribeConversation asked = ask.request.getDescribeConversation();
    if (asked.getWithLastEntry() && ask.port.isCongested()) {
      // An entry may be large, and many are asked for at once.
      context.answers.refuse(ask, Refusals.overloaded("mailbox.link", context.config.queues().retryAfter()));
      return;
    }
    reads.one(ask, asked.getConversationId(), state -> {
      if (state.clippedHead(ask.caller().getUserId()) == 0) {
        context.answers.refuse(ask, Refusals.NOT_FOUND);
        return;
      }
      watermarks.load(List.of(state), ask.caller().getUserId(), failure -> {
        if (failure != null) {
          context.answers.refuse(ask, context.readFailed(failure));
        } else {
          describe(ask, state, asked);
        }
      });
    });
  }

  private void describe(Ask ask, ConversationState state, DescribeConversation asked) {
    String userId = ask.caller().getUserId();
    long head = state.clippedHead(userId);
    ConversationDescription.Builder description = ConversationDescription.newBuilder()
        .setConversationId(state.id)
        .setKind(state.kind)
        .setHead(head)
        .setReadState(Watermarks.readState(state, userId))
        .setGeneration(state.generation);
    Membership newest = state.roster.newest(userId);
    if (newest.begunAt(state.head).isOpenAt(state.head)) {
      int count = state.roster.committedMembers();
      description.setTitle(state.title).setMemberCount(count);
      state.pins.stream().filter(newest::sees).forEach(description::addPinnedSeqs);
      if (Integer.compareUnsigned(count, asked.getMembersMax()) <= 0) {
        description.addAllMembers(state.roster.membersAt(state.head));
      }
    } else {
      description.setLeft(true);
    }
    if (asked.getWithLastEntry()) {
      withLastEntry(ask, description);
    } else {
      context.answers.give(ask, MailboxResponse.newBuilder().setConversation(description));
    }
  }

  private void withLastEntry(Ask ask, ConversationDescription.Builder description) {
    long head = description.getHead();
    context.read(ask,
        context.store.conversations().readLog(
            description.getConversationId(), head - 1, head, 1, Integer.MAX_VALUE, false),
        (List<Entry> read) -> {
          read.forEach(description::setLastEntry);
          context.answers.give(ask, MailboxResponse.newBuilder().setConversation(description));
        });
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
