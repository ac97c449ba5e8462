package chasqui.drills.sim.model;

import chasqui.conversation.v1.AddMembersRequest;
import chasqui.conversation.v1.Conversation;
import chasqui.conversation.v1.ConversationServiceGrpc.ConversationServiceStub;
import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.conversation.v1.CreateDirectRequest;
import chasqui.conversation.v1.CreateGroupRequest;
import chasqui.conversation.v1.GetConversationRequest;
import chasqui.conversation.v1.LeaveGroupRequest;
import chasqui.conversation.v1.MarkReadRequest;
import chasqui.conversation.v1.RemoveMemberRequest;
import chasqui.conversation.v1.RenameGroupRequest;
import chasqui.conversation.v1.SetRoleRequest;
import chasqui.drills.sim.mesh.Clerk;
import chasqui.edge.v1.Send;
import chasqui.history.v1.Direction;
import chasqui.history.v1.FetchHistoryRequest;
import chasqui.history.v1.FetchHistoryResponse;
import chasqui.history.v1.HistoryServiceGrpc.HistoryServiceStub;
import chasqui.history.v1.HistoryServiceGrpc;
import chasqui.history.v1.HistoryView;
import chasqui.log.v1.Deletion;
import chasqui.log.v1.Edit;
import chasqui.log.v1.Message;
import chasqui.log.v1.Pin;
import chasqui.log.v1.Reaction;
import chasqui.log.v1.TextContent;
import chasqui.testkit.sim.SimWorld;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/// Does in the mesh what the play says: on the device's stream, or by a call.
final class Stage {

  private static final long POLL_NANOS = 5_000_000;
  private static final int PAGE = 40;

  private final SimWorld world;
  private final Clerk clerk;
  private final List<String> ids = new ArrayList<>();
  private boolean isNew;
  private int calls;

  Stage(SimWorld world, Clerk clerk) {
    this.world = world;
    this.clerk = clerk;
  }

  /// The id of a conversation, by the order of their creation.
  String id(int talk) {
    return ids.get(talk);
  }

  /// Whether the last creation made one that was not there.
  boolean hasNew() {
    return isNew;
  }

  /// @param title empty for a 1:1 conversation
  Doing create(String creator, List<String> others, String title) {
    Doing doing = new Doing(Op.message(creator, ids.size(), title, 0, ""), null);
    if (title.isEmpty()) {
      clerk.call(creator, ConversationServiceGrpc::newStub, ConversationServiceStub::createDirect,
          CreateDirectRequest.newBuilder().setPeerUserId(others.getFirst()).build(),
          created -> created(created.getConversation().getConversationId(), doing), doing::refused);
    } else {
      clerk.call(creator, ConversationServiceGrpc::newStub, ConversationServiceStub::createGroup,
          CreateGroupRequest.newBuilder().setRequestId(nextId()).setTitle(title).addAllMemberUserIds(others).build(),
          created -> created(created.getConversation().getConversationId(), doing), doing::refused);
    }
    return doing;
  }

  private void created(String id, Doing doing) {
    isNew = !ids.contains(id);
    if (isNew) {
      ids.add(id);
    }
    doing.done(1, 0);
  }

  /// On the actor's stream.
  Doing send(Actor actor, Op op) {
    Send.Builder send = Send.newBuilder().setConversationId(id(op.talk()));
    Message message = Message.newBuilder().setText(TextContent.newBuilder().setText(op.text())).build();
    switch (op.what()) {
      case SEND -> send.setMessage(message.toBuilder().setReplyToSeq(op.target())
          .addAllMentionedUsers(op.about().isEmpty() ? List.of() : List.of(op.about())));
      case EDIT -> send.setEdit(Edit.newBuilder().setTargetSeq(op.target()).setMessage(message));
      case DELETE -> send.setDeletion(Deletion.newBuilder().setTargetSeq(op.target()));
      case REACT -> send.setReaction(
          Reaction.newBuilder().setTargetSeq(op.target()).setEmoji(op.text()).setRemoved(op.removed()));
      case PIN -> send.setPin(Pin.newBuilder().setTargetSeq(op.target()).setRemoved(op.removed()));
      case ADD, REMOVE, SET_ROLE, RENAME -> throw new IllegalArgumentException("not for a stream: " + op);
    }
    Doing doing = new Doing(op, actor);
    actor.send(send.build(), doing);
    return doing;
  }

  /// By a call.
  Doing govern(Op op) {
    Doing doing = new Doing(op, null);
    String id = id(op.talk());
    switch (op.what()) {
      case ADD -> call(doing, ConversationServiceStub::addMembers, AddMembersRequest.newBuilder()
          .setConversationId(id).setClientMessageId(nextId()).addUserIds(op.about()).build(), answer -> answer.getSeq());
      case REMOVE -> {
        if (op.about().equals(op.user())) {
          call(doing, ConversationServiceStub::leaveGroup, LeaveGroupRequest.newBuilder()
              .setConversationId(id).setClientMessageId(nextId()).build(), answer -> answer.getSeq());
        } else {
          call(doing, ConversationServiceStub::removeMember, RemoveMemberRequest.newBuilder()
              .setConversationId(id).setClientMessageId(nextId()).setUserId(op.about()).build(), answer -> answer.getSeq());
        }
      }
      case SET_ROLE -> call(doing, ConversationServiceStub::setRole, SetRoleRequest.newBuilder()
          .setConversationId(id).setClientMessageId(nextId()).setUserId(op.about()).setRole(op.role()).build(),
          answer -> answer.getSeq());
      case RENAME -> call(doing, ConversationServiceStub::renameGroup, RenameGroupRequest.newBuilder()
          .setConversationId(id).setClientMessageId(nextId()).setTitle(op.text()).build(), answer -> answer.getSeq());
      case SEND, EDIT, DELETE, REACT, PIN -> throw new IllegalArgumentException("for a stream: " + op);
    }
    return doing;
  }

  private <Q, A> void call(
      Doing doing, Clerk.Method<ConversationServiceStub, Q, A> method, Q request, ToLongFunction<A> seq) {
    clerk.call(doing.op().user(), ConversationServiceGrpc::newStub, method, request,
        answer -> doing.done(seq.applyAsLong(answer), 0), doing::refused);
  }

  /// Marks as read by a call; the answer as the model would give it.
  String markRead(String user, int talk, long seq) {
    return answer(user, ConversationServiceStub::markRead,
        MarkReadRequest.newBuilder().setConversationId(id(talk)).setSeq(seq).build(),
        stored -> Model.left(stored.getReadSeq(), stored.getUnreadMessages(), stored.getUnreadMentions()));
  }

  /// What is left to read, as the conversation says it.
  String unread(String user, int talk) {
    return answer(user, ConversationServiceStub::getConversation,
        GetConversationRequest.newBuilder().setConversationId(id(talk)).build(), answer -> {
          Conversation found = answer.getConversation();
          return Model.left(found.getReadSeq(), found.getUnreadMessages(), found.getUnreadMentions());
        });
  }

  private <Q, A> String answer(
      String user, Clerk.Method<ConversationServiceStub, Q, A> method, Q request, Function<A, String> words) {
    String[] said = {null};
    clerk.call(user, ConversationServiceGrpc::newStub, method, request,
        answer -> said[0] = words.apply(answer), reason -> said[0] = "refused with " + reason);
    while (said[0] == null) {
      world.scheduler().runFor(POLL_NANOS);
    }
    return said[0];
  }

  /// All of a conversation as the server folds it for a user.
  List<String> history(String user, int talk) {
    List<String> lines = new ArrayList<>();
    long from = 0;
    do {
      FetchHistoryResponse[] page = {null};
      clerk.call(user, HistoryServiceGrpc::newStub, HistoryServiceStub::fetchHistory, FetchHistoryRequest.newBuilder()
              .setConversationId(id(talk)).setFromSeq(from).setDirection(Direction.DIRECTION_FORWARD).setPageSize(PAGE)
              .setView(HistoryView.HISTORY_VIEW_FOLDED).build(),
          answer -> page[0] = answer, reason -> lines.add("refused with " + reason));
      while (page[0] == null && lines.stream().noneMatch(line -> line.startsWith("refused"))) {
        world.scheduler().runFor(POLL_NANOS);
      }
      if (page[0] == null) {
        return lines;
      }
      page[0].getFoldedList().forEach(entry -> lines.add(Actor.shown(entry)));
      from = page[0].getNextFromSeq();
    } while (from != 0);
    return lines;
  }

  private ByteString nextId() {
    return ByteString.copyFromUtf8(String.format(Locale.ROOT, "call %08d", ++calls));
  }
}
