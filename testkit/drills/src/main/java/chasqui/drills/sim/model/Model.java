package chasqui.drills.sim.model;

import chasqui.error.v1.Reason;
import chasqui.log.v1.Role;
import chasqui.mailbox.MailboxConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// All conversations, who may do what in them, and what each user sees: on one page, without time, loss or concurrency.
/// Shares no code with what it is held against.
public final class Model {

  /// An entry. `op` is null for those that no op made; `shown` is how it reads where it is no message.
  record Line(int seq, String user, Op op, String shown, long micros) {}

  /// A message as a reader, or its owner, finds it.
  private static final class Message {
    String text;
    int editedBy;
    int deletedBy;
    boolean pinned;
    int additions;
    final Map<String, Integer> byUser = new HashMap<>();
    final Map<String, List<String>> reactions = new LinkedHashMap<>();
  }

  static final class Talk {
    /// Empty for a 1:1 conversation.
    String title;
    final List<Line> log = new ArrayList<>();
    final Map<Long, List<Line>> changes = new HashMap<>();
    final TreeMap<String, Role> roles = new TreeMap<>();
    final TreeSet<Long> pins = new TreeSet<>();
    /// By user: where memberships begin and end, in turn.
    final Map<String, List<Integer>> bounds = new TreeMap<>();
    final Map<String, Integer> reads = new HashMap<>();

    boolean sees(String user, long seq) {
      List<Integer> turns = bounds.getOrDefault(user, List.of());
      return seq <= log.size() && IntStream.iterate(0, i -> i < turns.size(), i -> i + 2)
          .anyMatch(i -> seq >= turns.get(i) && (i + 1 == turns.size() || seq <= turns.get(i + 1)));
    }

    void turn(String user, Role now) {
      bounds.computeIfAbsent(user, _ -> new ArrayList<>()).add(log.size());
      roles.compute(user, (_, _) -> now);
    }
  }

  private final MailboxConfig.Changes limits;
  final List<Talk> talks = new ArrayList<>();

  public Model(MailboxConfig.Changes limits) {
    this.limits = limits;
  }

  void create(String creator, List<String> others, String title) {
    Talk talk = new Talk();
    talk.title = title;
    String members = creator + (title.isEmpty() ? " MEMBER" : " OWNER")
        + others.stream().map(other -> ", " + other + " MEMBER").collect(Collectors.joining());
    talk.log.add(new Line(1, creator, null, "began " + title + " with " + members, 0));
    talk.turn(creator, title.isEmpty() ? Role.ROLE_MEMBER : Role.ROLE_OWNER);
    others.forEach(other -> talk.turn(other, Role.ROLE_MEMBER));
    talks.add(talk);
  }

  /// Does it, or answers why not; null for done.
  Reason apply(Op op, long micros) {
    Reason refusal = refusal(op, micros);
    if (refusal == null) {
      append(talks.get(op.talk()), op, micros);
    }
    return refusal;
  }

  Reason refusal(Op op, long micros) {
    Talk talk = talks.get(op.talk());
    Role role = talk.roles.get(op.user());
    if (role == null) {
      return Reason.REASON_NOT_FOUND;
    }
    Role about = talk.roles.get(op.about());
    boolean lastOwner = about == Role.ROLE_OWNER && talk.roles.values().stream().filter(about::equals).count() == 1;
    return switch (op.what()) {
      case SEND -> op.target() == 0 || talk.sees(op.user(), op.target()) ? null : Reason.REASON_NOT_FOUND;
      case EDIT, DELETE, REACT, PIN -> change(talk, role, op, micros);
      case ADD -> inGroup(talk, role != Role.ROLE_MEMBER, about != null, false);
      case REMOVE -> {
        boolean self = op.about().equals(op.user());
        boolean may = self || role == Role.ROLE_OWNER || role == Role.ROLE_ADMIN && (about == null || about == Role.ROLE_MEMBER);
        yield inGroup(talk, may, about == null, lastOwner && talk.roles.size() > 1);
      }
      case SET_ROLE -> inGroup(talk, role == Role.ROLE_OWNER, about == null || about == op.role(), lastOwner);
      case RENAME -> inGroup(talk, role != Role.ROLE_MEMBER, op.text().equals(talk.title), false);
    };
  }

  private static Reason inGroup(Talk talk, boolean may, boolean changesNothing, boolean lastOwner) {
    return talk.title.isEmpty() ? Reason.REASON_GROUP_ONLY
        : !may ? Reason.REASON_PERMISSION_DENIED
        : changesNothing ? Reason.REASON_NO_CHANGE
        : lastOwner ? Reason.REASON_LAST_OWNER : null;
  }

  private Reason change(Talk talk, Role role, Op op, long micros) {
    if (!talk.sees(op.user(), op.target())) {
      return Reason.REASON_NOT_FOUND;
    }
    Line target = talk.log.get((int) op.target() - 1);
    Message message = fold(talk, target, _ -> true);
    boolean moderates = !talk.title.isEmpty() && role != Role.ROLE_MEMBER;
    boolean late = micros - target.micros > limits.authorWindow().toNanos() / 1_000;
    if (message == null || message.deletedBy != 0 && op.what() != Op.What.DELETE) {
      return Reason.REASON_NOT_FOUND;
    }
    boolean mine = target.user.equals(op.user());
    if (op.what() == Op.What.DELETE) {
      return !moderates && !mine ? Reason.REASON_PERMISSION_DENIED
          : !moderates && late ? Reason.REASON_TOO_LATE
          : message.deletedBy != 0 ? Reason.REASON_NO_CHANGE : null;
    }
    boolean usedUp = message.byUser.getOrDefault(op.user(), 0) >= limits.perUserMax();
    boolean full = !op.removed() && (usedUp || message.additions >= limits.changesMax());
    return switch (op.what()) {
      case EDIT -> !mine ? Reason.REASON_PERMISSION_DENIED
          : late ? Reason.REASON_TOO_LATE : usedUp ? Reason.REASON_TOO_MANY : null;
      case REACT -> {
        List<String> who = message.reactions.getOrDefault(op.text(), List.of());
        long own = message.reactions.values().stream().filter(users -> users.contains(op.user())).count();
        boolean emojis = who.isEmpty() && message.reactions.size() >= limits.emojisMax() || own >= limits.emojisMax() / 4;
        yield who.contains(op.user()) != op.removed() ? Reason.REASON_NO_CHANGE
            : full || !op.removed() && emojis ? Reason.REASON_TOO_MANY : null;
      }
      default -> !talk.title.isEmpty() && !moderates ? Reason.REASON_PERMISSION_DENIED
          : talk.pins.contains(op.target()) != op.removed() ? Reason.REASON_NO_CHANGE
          : full || !op.removed() && talk.pins.size() >= limits.pinsMax() ? Reason.REASON_TOO_MANY : null;
    };
  }

  private static void append(Talk talk, Op op, long micros) {
    String shown = switch (op.what()) {
      case ADD -> "ADDED " + op.about() + " MEMBER";
      case REMOVE -> (op.about().equals(op.user()) ? "LEFT " : "REMOVED ") + op.about() + " " + name(talk.roles.get(op.about()));
      case SET_ROLE -> "ROLE_CHANGED " + op.about() + " " + name(op.role());
      case RENAME -> "title " + op.text();
      case SEND, EDIT, DELETE, REACT, PIN -> "";
    };
    Line line = new Line(talk.log.size() + 1, op.user(), op, shown, micros);
    talk.log.add(line);
    talk.changes.computeIfAbsent(op.isChange() ? op.target() : 0, _ -> new ArrayList<>()).add(line);
    switch (op.what()) {
      case ADD -> talk.turn(op.about(), Role.ROLE_MEMBER);
      case REMOVE -> talk.turn(op.about(), null);
      case SET_ROLE -> talk.roles.put(op.about(), op.role());
      case RENAME -> talk.title = op.text();
      case DELETE -> talk.pins.remove(op.target());
      case PIN -> { var _ = op.removed() ? talk.pins.remove(op.target()) : talk.pins.add(op.target()); }
      case SEND, EDIT, REACT -> { }
    }
  }

  /// A message and what the changes that somebody sees make of it; null if it is none.
  private static Message fold(Talk talk, Line target, Predicate<Line> seen) {
    if (target.op == null || target.op.what() != Op.What.SEND) {
      return null;
    }
    Message message = new Message();
    message.text = target.op.text() + (target.op.target() == 0 ? "" : " re " + target.op.target());
    talk.changes.getOrDefault((long) target.seq, List.of()).stream().filter(seen).forEach(line -> fold(message, line));
    return message;
  }

  private static void fold(Message message, Line line) {
    if (!line.op.removed() && line.op.what() != Op.What.DELETE) {
      message.byUser.merge(line.user, 1, Integer::sum);
      message.additions += line.op.what() == Op.What.EDIT ? 0 : 1;
    }
    switch (line.op.what()) {
      case EDIT -> {
        message.text = line.op.text();
        message.editedBy = line.seq;
      }
      case DELETE -> {
        message.deletedBy = line.seq;
        message.editedBy = 0;
        message.pinned = false;
        message.reactions.clear();
      }
      case PIN -> message.pinned = !line.op.removed();
      default -> {
        List<String> who = message.reactions.computeIfAbsent(line.op.text(), _ -> new ArrayList<>());
        if (line.op.removed()) {
          who.remove(line.user);
        } else if (!who.contains(line.user)) {
          who.add(line.user);
        }
        message.reactions.values().removeIf(List::isEmpty);
      }
    }
  }

  /// What a user sees of a conversation.
  List<String> view(String user, int number) {
    Talk talk = talks.get(number);
    return talk.log.stream().filter(line -> talk.sees(user, line.seq) && (line.op == null || !line.op.isChange())).map(line -> {
      Message message = fold(talk, line, change -> talk.sees(user, change.seq));
      return line.seq + " " + line.user + ": " + (message == null ? line.shown : shown(message));
    }).toList();
  }

  /// One who is or was a member reads up to a place; before the user's newest membership there is nothing to read. To where
  /// it is read then, and what is left: messages of others, and how many of them mention the user.
  String read(String user, int number, int upto) {
    Talk talk = talks.get(number);
    List<Integer> turns = talk.bounds.get(user);
    int joined = turns.get((turns.size() - 1) & ~1);
    int end = turns.size() % 2 == 0 ? turns.getLast() : talk.log.size();
    int marked = Math.min(upto, end);
    int read = marked < joined ? talk.reads.getOrDefault(user, 0) : talk.reads.merge(user, marked, Math::max);
    List<Line> left = talk.log.subList(Math.max(read, joined - 1), end).stream()
        .filter(line -> line.op != null && line.op.what() == Op.What.SEND && !line.user.equals(user)).toList();
    return left(read, left.size(), left.stream().filter(line -> line.op.about().equals(user)).count());
  }

  static String left(long read, long messages, long mentions) {
    return "read to " + read + ", left " + messages + " with " + mentions + " mentions";
  }

  static String name(Role role) {
    return role.name().substring("ROLE_".length());
  }

  private static String shown(Message message) {
    return (message.deletedBy != 0 ? "deleted by " + message.deletedBy : message.text)
        + (message.editedBy != 0 ? ", edited by " + message.editedBy : "")
        + (message.pinned ? ", pinned" : "") + message.reactions;
  }
}
