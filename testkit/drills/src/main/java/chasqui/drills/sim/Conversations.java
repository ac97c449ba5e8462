package chasqui.drills.sim;

import chasqui.drills.sim.mesh.Clerk;
import chasqui.log.v1.ConversationKind;
import chasqui.log.v1.Role;
import chasqui.mailbox.v1.AddMembers;
import chasqui.mailbox.v1.Append;
import chasqui.mailbox.v1.Caller;
import chasqui.mailbox.v1.CreateConversation;
import chasqui.mailbox.v1.DeriveConversationId;
import chasqui.mailbox.v1.IdKind;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.RemoveMember;
import chasqui.mailbox.v1.Rename;
import chasqui.mailbox.v1.SetRole;
import chasqui.testkit.sim.SimRandom;
import chasqui.testkit.sim.SimWorld;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
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
    create(user, DeriveConversationId.newBuilder().setPeerUserId(peer).build(), CreateConversation.newBuilder()
        .setKind(ConversationKind.CONVERSATION_KIND_DIRECT).addMemberUserIds(peer).build(), List.of(user, peer));
  }

  private void createGroup() {
    String creator = random.pick(users);
    List<String> others = users.stream().filter(user -> !user.equals(creator) && random.chance(0.7)).toList();
    List<String> all = new ArrayList<>(others);
    all.add(creator);
    create(creator, DeriveConversationId.newBuilder().setGroupRequestId(nextId()).build(), CreateConversation.newBuilder()
        .setKind(ConversationKind.CONVERSATION_KIND_GROUP).setTitle("group " + changes).addAllMemberUserIds(others)
        .build(), all);
  }

  private void create(String creator, DeriveConversationId derive, CreateConversation creation, List<String> members) {
    clerk.ask(by(creator).setDeriveConversationId(derive).build(), derived -> {
      String id = derived.getConversationIdDerived().getConversationId();
      Append.Builder append = Append.newBuilder()
          .setConversationId(id).setIdKind(IdKind.ID_KIND_ANY).setCreate(creation);
      if (derive.hasGroupRequestId()) {
        append.setClientMessageId(derive.getGroupRequestId());
      }
      clerk.ask(by(creator).setAppend(append).build(), response -> {
        if (!response.hasAppended()) {
          throw new IllegalStateException("a creation was refused: " + response);
        }
        known.add(new Known(id, derive.hasGroupRequestId(), creator, new TreeSet<>(members)));
      });
    });
  }

  private void change() {
    List<Known> groups = known.stream().filter(Known::group).toList();
    if (groups.isEmpty()) {
      return;
    }
    Known group = random.pick(groups);
    String user = random.pick(users);
    boolean byItself = random.chance(0.2);
    Append.Builder append = Append.newBuilder()
        .setConversationId(group.id()).setIdKind(IdKind.ID_KIND_ANY).setClientMessageId(nextId());
    switch (random.nextInt(6)) {
      case 0, 1 -> {
        group.users().add(user);
        append.setAddMembers(AddMembers.newBuilder().addUserIds(user));
      }
      case 2, 3 -> append.setRemoveMember(RemoveMember.newBuilder().setUserId(user));
      case 4 -> append.setRename(Rename.newBuilder().setTitle("title " + changes));
      default -> append.setSetRole(
          SetRole.newBuilder().setUserId(user).setRole(random.nextBoolean() ? Role.ROLE_ADMIN : Role.ROLE_MEMBER));
    }
    String caller = byItself ? user : group.creator();
    // Many are refused, for good reasons; both answers are fine.
    clerk.ask(by(caller).setAppend(append).build(), _ -> {});
  }

  private ByteString nextId() {
    return ByteString.copyFromUtf8("change " + ++changes);
  }

  private static MailboxRequest.Builder by(String user) {
    return MailboxRequest.newBuilder().setCaller(Caller.newBuilder().setUserId(user));
  }
}
