package chasqui.mailbox;

import chasqui.log.v1.ConversationKind;
import chasqui.log.v1.Created;
import chasqui.log.v1.Entry;
import chasqui.log.v1.Member;
import chasqui.log.v1.Role;
import chasqui.mailbox.Decision.Accepted;
import chasqui.mailbox.Decision.Refused;
import chasqui.mailbox.v1.Append;
import chasqui.mailbox.v1.Caller;
import chasqui.mailbox.v1.CreateConversation;
import chasqui.mailbox.v1.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// What a creation must say, and the first entry that it makes. The id is checked before anything is looked up: it is a
/// keyed hash of the caller and of what is created, so nobody can probe for conversations of others with it.
final class CreateRules {

  private final MailboxConfig.Conversations limits;
  private final ConversationIds ids;

  CreateRules(MailboxConfig.Conversations limits, ConversationIds ids) {
    this.limits = limits;
    this.ids = ids;
  }

  /// Refused, or the first entry of the conversation.
  Decision decide(Caller caller, Append append) {
    CreateConversation create = append.getCreate();
    for (String userId : create.getMemberUserIdsList()) {
      Refusal problem = Rules.userProblem("create.member_user_ids", userId);
      if (problem != null) {
        return new Refused(problem);
      }
    }
    return switch (create.getKind()) {
      case CONVERSATION_KIND_DIRECT -> direct(caller, append);
      case CONVERSATION_KIND_GROUP -> group(caller, append);
      case CONVERSATION_KIND_UNSPECIFIED, UNRECOGNIZED ->
          new Refused(Refusals.invalid("create.kind", "DIRECT or GROUP"));
    };
  }

  /// True if the entry that is there is what this creation would make: then it is a repeat. Two users who both create
  /// their 1:1 conversation ask for the same.
  static boolean isRepeat(Entry first, Accepted created) {
    Created asked = created.entry().getCreated();
    return asked.getKind() == ConversationKind.CONVERSATION_KIND_DIRECT
        || asked.equals(first.getCreated());
  }

  private Decision direct(Caller caller, Append append) {
    CreateConversation create = append.getCreate();
    if (create.getMemberUserIdsCount() != 1 || create.getMemberUserIds(0).equals(caller.getUserId())) {
      return new Refused(Refusals.invalid("create.member_user_ids", "exactly the peer, not the caller"));
    }
    if (!create.getTitle().isEmpty()) {
      return new Refused(Refusals.GROUP_ONLY);
    }
    String peer = create.getMemberUserIds(0);
    if (!append.getConversationId().equals(ids.direct(caller.getUserId(), peer))) {
      return wrongId();
    }
    return created(
        create, List.of(member(caller.getUserId(), Role.ROLE_MEMBER), member(peer, Role.ROLE_MEMBER)));
  }

  private Decision group(Caller caller, Append append) {
    CreateConversation create = append.getCreate();
    if (append.getClientMessageId().isEmpty()) {
      return new Refused(Refusals.invalid("client_message_id", "the id of the creation of a group"));
    }
    byte[] requestId = append.getClientMessageId().toByteArray();
    if (!append.getConversationId().equals(ids.group(caller.getUserId(), requestId))) {
      return wrongId();
    }
    Refusal problem = Rules.titleProblem(limits, "create.title", create.getTitle());
    if (problem != null) {
      return new Refused(problem);
    }
    // In the order of their ids, so that a repeat is the same whatever order it names them in.
    TreeSet<String> others = new TreeSet<>(create.getMemberUserIdsList());
    others.remove(caller.getUserId());
    if (others.size() + 1 > limits.membersMax()) {
      return new Refused(Refusals.full(limits.membersMax()));
    }
    List<Member> members = new ArrayList<>(others.size() + 1);
    members.add(member(caller.getUserId(), Role.ROLE_OWNER));
    for (String userId : others) {
      members.add(member(userId, Role.ROLE_MEMBER));
    }
    return created(create, members);
  }

  private static Decision created(CreateConversation create, List<Member> members) {
    Created created = Created.newBuilder()
        .setKind(create.getKind())
        .setTitle(create.getTitle())
        .addAllMembers(members)
        .build();
    return new Accepted(
        Entry.newBuilder().setCreated(created), new RosterChange.Joined(members), create.getTitle());
  }

  private static Member member(String userId, Role role) {
    return Member.newBuilder().setUserId(userId).setRole(role).setJoinSeq(1).build();
  }

  private static Decision wrongId() {
    return new Refused(Refusals.invalid("conversation_id", "the id that DeriveConversationId gives for this creation"));
  }
}
