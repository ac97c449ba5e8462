package chasqui.drills.sim.model;

import chasqui.drills.sim.model.Op.What;
import chasqui.log.v1.Role;
import chasqui.mailbox.MailboxConfig;
import chasqui.testkit.sim.SimRandom;
import java.time.Duration;
import java.util.List;

/// What people come to think of. Much of it is not allowed.
final class Whims {

  private static final List<String> EMOJIS = List.of("+1", "-1", "heart", "tears", "eyes");
  private static final List<Role> ROLES = List.of(Role.ROLE_MEMBER, Role.ROLE_ADMIN, Role.ROLE_OWNER);
  /// Longer than anything takes: what is drawn now is decided within it.
  private static final long DECIDED_WITHIN_MICROS = Duration.ofMinutes(3).toNanos() / 1_000;
  private static final int RECENT = 25;

  private final SimRandom random;
  private final Model model;
  private final List<String> users;
  private final long windowMicros;
  private int texts;

  Whims(SimRandom random, Model model, List<String> users, MailboxConfig.Changes limits) {
    this.random = random;
    this.model = model;
    this.users = users;
    this.windowMicros = limits.authorWindow().toNanos() / 1_000;
  }

  /// Something for a device to send.
  Op toSend(String user, long nowMicros) {
    int talk = talk(user);
    int kind = random.nextInt(100);
    long target = target(talk);
    // Whether an author is late must not hang on how long the answer takes.
    boolean sure = Math.abs(age(talk, target, nowMicros) - windowMicros) > DECIDED_WITHIN_MICROS;
    if (kind < 45 || !sure) {
      return message(user, talk);
    } else if (kind < 62) {
      return Op.change(What.EDIT, user, talk, target, "text " + ++texts, false);
    } else if (kind < 68) {
      return Op.change(What.DELETE, user, talk, target, "", false);
    } else if (kind < 92) {
      return Op.change(What.REACT, user, talk, target, random.pick(EMOJIS), random.chance(0.35));
    }
    return Op.change(What.PIN, user, talk, target, "", random.chance(0.4));
  }

  Op message(String user) {
    return message(user, talk(user));
  }

  Op message(String user, int talk) {
    String mentioned = random.chance(0.2) ? random.pick(users) : "";
    return Op.message(user, talk, "text " + ++texts, random.chance(0.2) ? target(talk) : 0, mentioned);
  }

  /// A change of members, roles or title.
  Op toGovern(String user) {
    int talk = talk(user);
    String about = random.chance(0.1) ? user : random.pick(users);
    return switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> Op.members(What.ADD, user, talk, about, Role.ROLE_UNSPECIFIED);
      case 4, 5 -> Op.members(What.REMOVE, user, talk, about, Role.ROLE_UNSPECIFIED);
      case 6 -> Op.members(What.REMOVE, user, talk, user, Role.ROLE_UNSPECIFIED);
      case 7 -> Op.rename(user, talk, "title " + random.nextInt(4));
      default -> Op.members(What.SET_ROLE, user, talk, about, random.pick(ROLES));
    };
  }

  /// Mostly one that the user is in.
  private int talk(String user) {
    int talk = random.nextInt(model.talks.size());
    for (int i = 0; i < 8 && !model.talks.get(talk).roles.containsKey(user) && !random.chance(0.05); i++) {
      talk = random.nextInt(model.talks.size());
    }
    return talk;
  }

  /// Where somebody reads; -1 where they were never in any that came to mind.
  int toRead(String user) {
    int talk = talk(user);
    return model.talks.get(talk).bounds.containsKey(user) ? talk : -1;
  }

  /// Mostly something recent; rarely what is not there yet.
  long target(int talk) {
    int head = model.talks.get(talk).log.size();
    return random.chance(0.9) ? Math.max(1, head - random.nextInt(RECENT)) : random.between(1, head + 2L);
  }

  /// How old an entry is; 0 for one that is not there.
  private long age(int talk, long seq, long nowMicros) {
    List<Model.Line> log = model.talks.get(talk).log;
    return seq < 1 || seq > log.size() ? 0 : nowMicros - log.get((int) seq - 1).micros();
  }
}
