package chasqui.drills.faults.sweep;

import chasqui.conversation.v1.SetRoleRequest;
import chasqui.drills.faults.ground.Drill;
import chasqui.drills.faults.ground.Effort;
import chasqui.drills.faults.ground.Finding;
import chasqui.drills.faults.ground.Ground;
import chasqui.drills.faults.wire.RawStream;
import chasqui.log.v1.Role;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// User A's token with user B's ids, in every id field of every request and frame that the schema has. Each field is tried
/// three times: with an own id, which shows that the request is in order; with B's; and with one that nobody has. The last
/// two must look alike.
public final class IdSweep implements Drill {

  private final Map<FieldKind, Integer> tried = new EnumMap<>(FieldKind.class);
  /// Fields whose request is refused, or met with silence, with own ids as well.
  private final List<String> uncontrolled = new ArrayList<>();

  @Override
  public void run(Ground ground, Finding finding) {
    Victim victim = new Victim(ground);
    String attacker = ground.user("attacker");
    Doors doors = new Doors(ground, attacker);
    int fields = 0;
    for (Descriptor root : doors.roots()) {
      for (FieldPath path : FieldPath.of(root)) {
        fields++;
        Optional<FieldKind> kind = FieldKind.of(path.leaf());
        finding.require(kind.isPresent(), path + " is of no known kind: give its name a rule in FieldKind");
        if (kind.filter(FieldKind::isSwept).isPresent()) {
          sweep(new Attempt(ground, victim, attacker, doors, path, kind.get()), finding);
        }
      }
    }
    finding.require(victim.isUntouchedBy(attacker), "the victim's stream ended, or the attacker showed up on it");
    finding.require(!doors.heard().contains(Victim.SECRET), "the attacker's stream was sent a secret");
    finding.require(tried.getOrDefault(FieldKind.CONVERSATION, 0) >= 10, "only " + tried + " were found to try");
    finding.figure("requests", doors.roots().size());
    finding.figure("fields", fields);
    finding.figure("swept", tried.toString());
    finding.figure("without_a_control", uncontrolled.size());
    uncontrolled.forEach(field -> finding.remark("no own id is granted either, so only the refusals were compared: " + field));
    if (ground.effort() == Effort.FULL) {
      new Timing(ground, victim, attacker).run(finding);
    }
  }

  /// One field.
  private record Attempt(Ground ground, Victim victim, String attacker, Doors doors, FieldPath path, FieldKind kind) {

    /// Every attempt has a group of its own, so that one changes nothing for the next.
    Answer with(Object id, boolean victimToo) {
      String peer = ground.user("peer");
      String newcomer = ground.user("newcomer");
      String group = victimToo
          ? ground.group(attacker, "own", peer, victim.user())
          : ground.group(attacker, "own", peer);
      var _ = ground.conversations(attacker).setRole(SetRoleRequest.newBuilder()
          .setConversationId(group).setClientMessageId(ground.id(16)).setUserId(peer).setRole(Role.ROLE_OWNER).build());
      Own own = new Own(group, peer, newcomer, "own-device", Victim.repeat(ground));
      Object given = id == null ? own.of(kind) : id;
      if (victimToo && given instanceof ByteString used) {
        victim.sendTo(group, used);
      }
      Blurred blur = new Blurred(List.of(
          given instanceof String text && !text.isEmpty() ? text : group, group, peer, newcomer, attacker));
      Probe probe = new Probe(path, own, given);
      if (id != null) {
        return doors.knock(probe, blur);
      }
      // The peer is a friend who is there: only so can it be seen that an own id is granted what is told of friends alone.
      ground.direct(attacker, peer);
      RawStream there = ground.online(peer, "peer-device", 1);
      Answer answer = doors.knock(probe, blur, there);
      there.cancel();
      return answer;
    }

    /// An id of this kind that nobody has.
    Object absent() {
      return switch (kind) {
        case CONVERSATION -> "g" + ground.user("").replace('-', 'a') + victim.conversations().getFirst().substring(6);
        case USER -> ground.user("absent");
        case DEVICE -> ground.user("absent-device");
        case REPEAT -> Victim.repeat(ground);
        case PAGE -> "AAAA";
        case TOKEN, CONTENT -> throw new IllegalArgumentException(kind + " is not swept");
      };
    }
  }

  private void sweep(Attempt attempt, Finding finding) {
    tried.merge(attempt.kind(), 1, Integer::sum);
    boolean shared = attempt.kind() == FieldKind.REPEAT;
    Answer control = attempt.with(null, false);
    Answer foreign = attempt.with(attempt.victim().id(attempt.kind()), shared);
    Answer absent = attempt.with(attempt.absent(), shared);
    String what = attempt.path().toString();
    if (!control.granted()) {
      uncontrolled.add(what + ": " + (control.raw().equals("[]") ? "silence" : control.raw()));
      boolean broken = control.blurred().contains("INVALID_FIELD") && !control.blurred().contains("UNIMPLEMENTED");
      finding.require(!broken, what + ": the request is not in order, so nothing was tried: " + control.raw());
    }
    if (attempt.kind() == FieldKind.CONVERSATION) {
      finding.require(!foreign.granted(), what + ": another user's conversation was served: " + foreign.raw());
      finding.require(!absent.granted(), what + ": a conversation that is not there was served: " + absent.raw());
    }
    // A place in a list names nothing: what counts is that it shows nothing of the victim's.
    finding.require(attempt.kind() == FieldKind.PAGE || foreign.blurred().equals(absent.blurred()),
        what + ": another user's id is told from one that nobody has: " + foreign.blurred() + " / " + absent.blurred());
    List<String> leaked = new ArrayList<>(attempt.victim().secrets());
    leaked.removeIf(secret -> secret.equals(attempt.victim().id(attempt.kind())) || !foreign.raw().contains(secret));
    finding.require(leaked.isEmpty(), what + ": the answer holds " + leaked);
  }
}
