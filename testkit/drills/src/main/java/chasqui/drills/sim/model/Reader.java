package chasqui.drills.sim.model;

import chasqui.testkit.sim.SimRandom;
import chasqui.testkit.sim.SimWorld;

/// People read, on a device or by a call; what is left then has to be what the model says.
final class Reader {

  private static final long POLL_NANOS = 50_000_000;
  private static final int POLLS_MAX = 3_600;

  private final SimWorld world;
  private final SimRandom random;
  private final Model model;
  private final Whims whims;
  private final Stage stage;

  Reader(SimWorld world, Model model, Whims whims, Stage stage) {
    this.world = world;
    this.random = world.random().split("reader");
    this.model = model;
    this.whims = whims;
    this.stage = stage;
  }

  /// How it differs from the model; empty where it does not.
  String read(Actor actor) {
    String user = actor.user();
    int talk = whims.toRead(user);
    if (talk < 0) {
      return "";
    }
    long shown = actor.lastShown(stage.id(talk));
    if (shown > 0 && actor.isRunning() && !actor.isCut() && random.nextBoolean()) {
      long seq = random.chance(0.7) ? shown : random.between(1, shown);
      actor.read(stage.id(talk), seq);
      return reached(user, talk, model.read(user, talk, (int) seq));
    }
    long seq = random.chance(0.5) ? model.talks.get(talk).log.size() : Math.max(1, whims.target(talk));
    return differs(user, talk, model.read(user, talk, (int) seq), stage.markRead(user, talk, seq));
  }

  /// The same, of what is left as it is.
  String compare(String user, int talk) {
    return differs(user, talk, model.read(user, talk, 0), stage.unread(user, talk));
  }

  /// A device's mark is stored some time later.
  private String reached(String user, int talk, String expected) {
    String found = stage.unread(user, talk);
    for (int i = 0; i < POLLS_MAX && !found.equals(expected); i++) {
      world.scheduler().runFor(POLL_NANOS);
      found = stage.unread(user, talk);
    }
    return differs(user, talk, expected, found);
  }

  private static String differs(String user, int talk, String expected, String found) {
    return expected.equals(found) ? ""
        : user + " in conversation " + talk + ": the model says '" + expected + "', found is '" + found + "'";
  }
}
