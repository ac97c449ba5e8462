package chasqui.drills.sim;

import chasqui.conversation.v1.AddMembersRequest;
import chasqui.conversation.v1.Conversation;
import chasqui.conversation.v1.ConversationServiceGrpc.ConversationServiceStub;
import chasqui.conversation.v1.CreateDirectRequest;
import chasqui.conversation.v1.CreateGroupRequest;
import chasqui.conversation.v1.LeaveGroupRequest;
import chasqui.conversation.v1.RemoveMemberRequest;
import chasqui.conversation.v1.RenameGroupRequest;
import chasqui.conversation.v1.SetRoleRequest;
import chasqui.drills.sim.mesh.Clerk;
import chasqui.log.v1.ConversationKind;
import chasqui.log.v1.Role;
import chasqui.testkit.sim.SimRandom;
import chasqui.testkit.sim.SimWorld;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/// Who talks with whom: conversations are created, and groups change their members, titles and roles, while people talk.
final class Conversations {

  /// A conversation whose creation was answered. `users` are those who were ever meant to be in it.
  private record Known(String id, boolean group, String creator, TreeSet<String> users) {}

  private final SimWorld world;
  private final SimRandom random;
  private final Clerk clerk;
  private final MeshPlan plan;
  private final List<String> users;
  private final List<Known> known = new ArrayList<>();
  private int changes;

  Conversations(SimWorld world, Clerk clerk, MeshPlan plan) {
    this.world = world;
    this.random = world.random().split("conversations");
    this.clerk = clerk;
    this.plan = plan;
    this.users = List.copyOf(plan.devicesByUser().keySet());
  }

  void begin() {
    for (int i = 0; i < users.size(); i++) {
      String user = users.get(i);
      String peer = users.get((i + 1) % users.size());
      boolean early = i == 0 || random.nextBoolean();
      at(early ? 0 : random.nextLong(plan.horizonNanos()), () -> createDirect(user, peer));
    }
    long groups = random.between(1, 3);
    for (int i = 0; i < groups; i++) {
      at(i == 0 ? 0 : random.nextLong(plan.horizonNanos()), this::createGroup);
    }
    long changing = random.between(0, 24);
    for (int i = 0; i < changing; i++) {
      at(random.nextLong(plan.horizonNanos()), this::change);
    }
  }

  private void at(long nanos, Runnable task) {
    world.scheduler().after(nanos, task);
  }

  /// A conversation that the user is, was, or, rarely, never was a member of.
  Optional<String> pick(String user, SimRandom by) {
    boolean any = by.chance(0.02);
    List<String> choices = known.stream()
        .filter(one -> any || one.users().contains(user)).map(Known::id).toList();
    return choices.isEmpty() ? Optional.empty() : Optional.of(by.pick(choices));
  }

  private void createDirect(String user, String peer) {
    clerk.call(user, ConversationServiceStub::createDirect, CreateDirectRequest.newBuilder().setPeerUserId(peer).build(),
        created -> created(created.getConversation(), user, List.of(user, peer)));
  }

  private void createGroup() {
    String creator = random.pick(users);
    List<String> others = users.stream().filter(user -> !user.equals(creator) && random.chance(0.7)).toList();
    List<String> all = new ArrayList<>(others);
    all.add(creator);
    ByteString id = nextId();
    CreateGroupRequest request = CreateGroupRequest.newBuilder()
        .setRequestId(id).setTitle("group " + changes).addAllMemberUserIds(others).build();
    clerk.call(creator, ConversationServiceStub::createGroup, request,
        created -> created(created.getConversation(), creator, all));
  }

  private void created(Conversation conversation, String creator, List<String> members) {
    boolean group = conversation.getKind() == ConversationKind.CONVERSATION_KIND_GROUP;
    known.add(new Known(conversation.getConversationId(), group, creator, new TreeSet<>(members)));
  }

  /// Many changes are refused, for good reasons; nobody minds.
  private void change() {
    List<Known> groups = known.stream().filter(Known::group).toList();
    if (groups.isEmpty()) {
      return;
    }
    Known group = random.pick(groups);
    String user = random.pick(users);
    boolean byItself = random.chance(0.2);
    String caller = byItself ? user : group.creator();
    switch (random.nextInt(7)) {
      case 0, 1 -> {
        group.users().add(user);
        clerk.call(caller, ConversationServiceStub::addMembers, AddMembersRequest.newBuilder()
            .setConversationId(group.id()).setClientMessageId(nextId()).addUserIds(user).build(), _ -> {});
      }
      case 2, 3 -> clerk.call(caller, ConversationServiceStub::removeMember, RemoveMemberRequest.newBuilder()
          .setConversationId(group.id()).setClientMessageId(nextId()).setUserId(user).build(), _ -> {});
      case 4 -> clerk.call(user, ConversationServiceStub::leaveGroup, LeaveGroupRequest.newBuilder()
          .setConversationId(group.id()).setClientMessageId(nextId()).build(), _ -> {});
      case 5 -> clerk.call(caller, ConversationServiceStub::renameGroup, RenameGroupRequest.newBuilder()
          .setConversationId(group.id()).setClientMessageId(nextId()).setTitle("title " + changes).build(), _ -> {});
      default -> clerk.call(caller, ConversationServiceStub::setRole, SetRoleRequest.newBuilder()
          .setConversationId(group.id()).setClientMessageId(nextId()).setUserId(user)
          .setRole(random.nextBoolean() ? Role.ROLE_ADMIN : Role.ROLE_MEMBER).build(), _ -> {});
    }
  }

  private ByteString nextId() {
    return ByteString.copyFromUtf8(String.format(Locale.ROOT, "change %08d", ++changes));
  }
}
