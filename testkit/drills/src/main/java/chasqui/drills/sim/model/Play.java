package chasqui.drills.sim.model;

import chasqui.drills.sim.device.SimDevice;
import chasqui.drills.sim.mesh.Mesh;
import chasqui.error.v1.Reason;
import chasqui.mailbox.MailboxConfig;
import chasqui.testkit.sim.SimClock;
import chasqui.testkit.sim.SimRandom;
import chasqui.testkit.sim.SimWorld;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Takes step after step, each in the mesh and in the model, while devices go and come and nodes die; compares what was
/// decided each time, and what everybody sees every so often.
public final class Play {

  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1_000 * MILLI;
  private static final long OVER_WITHIN_NANOS = 180 * SECOND;
  private static final int COMPARE_EVERY = 500;
  private static final int TALKS_MAX = 12;
  private static final int BURST_MAX = 6;

  private final SimWorld world;
  private final SimRandom random;
  private final Mesh mesh;
  private final Model model;
  private final Whims whims;
  private final Stage stage;
  private final Reader reader;
  private final Runnable converge;
  private final List<Actor> actors;
  private final List<String> users;
  private final List<Doing> queued = new ArrayList<>();
  private boolean broken;

  /// @param converge waits until every device has everything
  public Play(SimWorld world, Mesh mesh, List<SimDevice> devices, MailboxConfig.Changes limits, Runnable converge) {
    this.world = world;
    this.random = world.random().split("play");
    this.mesh = mesh;
    this.model = new Model(limits);
    this.actors = devices.stream().map(Actor::new).toList();
    this.users = List.copyOf(new TreeSet<>(actors.stream().map(Actor::user).toList()));
    this.whims = new Whims(world.random().split("whims"), model, users, limits);
    this.stage = new Stage(world, mesh.clerk());
    this.reader = new Reader(world, model, whims, stage);
    this.converge = converge;
  }

  /// Every device begins, then so many steps are taken; ends at the first difference.
  public void run(int steps) {
    actors.forEach(actor -> actor.device().start());
    world.scheduler().runFor(5 * SECOND);
    for (int step = 1; step <= steps && !broken; step++) {
      world.trace().note("step " + step);
      step();
      if (step % COMPARE_EVERY == 0 && !broken) {
        compare(step == steps);
      }
    }
    if (!broken) {
      compare(true);
    }
  }

  private void step() {
    if (model.talks.size() < 3 || model.talks.size() < TALKS_MAX && random.chance(0.01)) {
      create();
      return;
    }
    switch (random.nextInt(200)) {
      case 0, 1, 2, 3 -> comeOrGo(random.pick(actors));
      case 4, 5, 6, 7 -> cutOrHeal(random.pick(actors));
      case 8, 9, 10 -> crash(random.pick(actors));
      case 11, 12 -> world.node(random.pick(mesh.names())).crashFor(random.between(50 * MILLI, 2 * SECOND), random.nextBoolean());
      case 13 -> world.scheduler().runFor(random.chance(0.1) ? random.between(1, 15) * 60 * SECOND : random.between(1, 20) * SECOND);
      case 14, 15, 16, 17, 18, 19 -> burst();
      case 20, 21, 22, 23, 24, 25, 26, 27, 28, 29 -> settle(stage.govern(whims.toGovern(random.pick(users))));
      case 30, 31, 32, 33 -> queue(random.pick(actors));
      case 34, 35, 36, 37, 38, 39, 40, 41 -> equal(reader.read(random.pick(actors)));
      default -> send(random.pick(actors));
    }
  }

  private void create() {
    String creator = random.pick(users);
    boolean group = random.chance(0.7);
    List<String> others = new ArrayList<>(users.stream().filter(user -> !user.equals(creator) && random.chance(0.6)).toList());
    if (!group || others.isEmpty()) {
      others = List.of(users.get((users.indexOf(creator) + 1) % users.size()));
    }
    String title = group ? "group " + model.talks.size() : "";
    if (!awaitOver(stage.create(creator, others, title))) {
      return;
    }
    // The 1:1 conversation of two may be there already.
    if (stage.hasNew()) {
      model.create(creator, others, title);
    }
  }

  private void send(Actor actor) {
    if (actor.isRunning() && !actor.isCut()) {
      if (random.chance(0.03)) {
        // A node dies while it is on its way.
        String victim = random.pick(mesh.names());
        world.scheduler().after(random.nextLong(30 * MILLI), () -> world.node(victim).crashFor(random.between(50 * MILLI, SECOND), true));
      }
      settle(stage.send(actor, whims.toSend(actor.user(), nowMicros())));
    }
  }

  /// Several at once, each by another device: in whatever order they stand then.
  private void burst() {
    List<Doing> doing = new ArrayList<>();
    for (Actor actor : actors.stream().filter(actor -> actor.isRunning() && !actor.isCut()).limit(BURST_MAX).toList()) {
      doing.add(stage.send(actor, whims.message(actor.user())));
    }
    if (doing.stream().allMatch(this::awaitOver)) {
      doing.stream().sorted(Comparator.comparingLong(Doing::seq)).forEach(this::match);
    }
  }

  /// A device that nothing reaches writes all the same; it goes out later.
  private void queue(Actor actor) {
    if (actor.isRunning() && actor.isCut()) {
      queued.add(stage.send(actor, whims.message(actor.user())));
    }
  }

  private void settle(Doing doing) {
    if (awaitOver(doing)) {
      match(doing);
    }
  }

  private boolean awaitOver(Doing doing) {
    long end = world.scheduler().nowNanos() + OVER_WITHIN_NANOS;
    while (!doing.isOver() && world.scheduler().nowNanos() < end) {
      world.scheduler().runFor(5 * MILLI);
    }
    if (!doing.isOver()) {
      differs("no answer: " + doing);
    }
    return doing.isOver();
  }

  /// The model takes the same step.
  private void match(Doing doing) {
    Op op = doing.op();
    long micros = doing.stampMicros() == 0 ? nowMicros() : doing.stampMicros();
    Reason expected = model.apply(op, micros);
    if (expected != doing.refusal() || expected == null && doing.seq() != model.talks.get(op.talk()).log.size()) {
      differs(doing + ", in the model " + (expected == null ? "it stands at " + model.talks.get(op.talk()).log.size() : expected));
    }
  }

  private void comeOrGo(Actor actor) {
    // What was asked of it before has begun.
    world.scheduler().runFor(MILLI);
    if (!actor.isHere()) {
      actor.away(false);
    } else if (actor.isRunning() && !actor.isCut() && actor.isIdle()) {
      actor.away(true);
    }
  }

  private void cutOrHeal(Actor actor) {
    if (actor.isHere() && !actor.isCut()) {
      actor.cut(true);
      mesh.edges().forEach(edge -> {
        world.network().block(actor.device().nodeName(), edge);
        world.network().block(edge, actor.device().nodeName());
      });
    } else if (actor.isCut()) {
      heal(actor);
    }
  }

  private void heal(Actor actor) {
    mesh.edges().forEach(edge -> {
      world.network().unblock(actor.device().nodeName(), edge);
      world.network().unblock(edge, actor.device().nodeName());
    });
    actor.cut(false);
    List<Doing> mine = queued.stream().filter(doing -> doing.actor() == actor).toList();
    queued.removeAll(mine);
    if (mine.stream().allMatch(this::awaitOver)) {
      // Each conversation of its own; in one they stand as they were written.
      mine.stream().sorted(Comparator.comparingLong(Doing::seq)).forEach(this::match);
    }
  }

  private void crash(Actor actor) {
    if (!actor.isCut() && actor.isIdle()) {
      world.node(actor.device().nodeName()).crashFor(random.between(50 * MILLI, 5 * SECOND), random.nextBoolean());
    }
  }

  /// Everybody comes back and gets everything; then all that is seen is compared.
  private void compare(boolean all) {
    actors.stream().filter(actor -> !actor.isHere()).forEach(actor -> actor.away(false));
    actors.stream().filter(Actor::isCut).forEach(this::heal);
    converge.run();
    for (int talk = 0; talk < model.talks.size() && !broken; talk++) {
      for (Actor actor : actors) {
        same(actor.device().name(), actor.user(), talk, actor.view(stage.id(talk)));
      }
      for (String user : users) {
        if (!broken && model.talks.get(talk).roles.containsKey(user)) {
          equal(reader.compare(user, talk));
        }
        if (!broken && model.talks.get(talk).bounds.containsKey(user) && (all || random.chance(0.05))) {
          List<String> history = stage.history(user, talk);
          same("the history for " + user, user, talk, history);
        }
      }
    }
  }

  private void same(String who, String user, int talk, List<String> shown) {
    List<String> expected = comparable(user, talk, model.view(user, talk));
    List<String> seen = comparable(user, talk, shown);
    if (!expected.equals(seen)) {
      int at = 0;
      while (at < Math.min(expected.size(), seen.size()) && expected.get(at).equals(seen.get(at))) {
        at++;
      }
      differs(who + " in conversation " + talk + ": the model says '" + (at < expected.size() ? expected.get(at) : "nothing")
          + "', seen is '" + (at < seen.size() ? seen.get(at) : "nothing") + "'");
    }
  }

  private List<String> comparable(String user, int talk, List<String> view) {
    Set<String> unlike = deletedOutOfSight(user, model.talks.get(talk));
    return view.stream().filter(line -> !unlike.contains(line.substring(0, line.indexOf(' ')))).toList();
  }

  /// What was deleted while the user was out: a device that was shown it has it still, nobody else is told of it.
  private static Set<String> deletedOutOfSight(String user, Model.Talk talk) {
    return talk.log.stream()
        .filter(line -> line.op() != null && line.op().what() == Op.What.DELETE && !talk.sees(user, line.seq()))
        .map(line -> Long.toString(line.op().target())).collect(Collectors.toSet());
  }

  private void equal(String difference) {
    if (!difference.isEmpty()) {
      differs(difference);
    }
  }

  private void differs(String how) {
    broken = true;
    world.violation("differs from the model - " + how);
  }

  private long nowMicros() {
    return SimClock.BEGIN.toEpochMilli() * 1_000 + world.scheduler().nowNanos() / 1_000;
  }
}
