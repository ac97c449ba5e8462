package chasqui.drills.sim.shared;

import chasqui.drills.sim.store.StoreTables;
import chasqui.drills.sim.store.StoreWatch;
import chasqui.store.v1.DataSetRow;
import chasqui.testkit.sim.SimNode;
import chasqui.testkit.sim.SimRandom;
import chasqui.testkit.sim.SimWorld;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// The shared store of a world: a node like others to the network, which may pause and crash; what it holds stays.
public final class SharedStoreNode {
  public static final String NAME = "store";

  private final SimWorld world;
  private final SimNode node;
  private final SimRandom random;
  private final Letters letters;
  private final SharedRows rows;
  private SharedWeather weather = SharedWeather.FAIR;

  public SharedStoreNode(SimWorld world, Letters letters, DataSetRow dataSet, StoreWatch watch) {
    this.world = world;
    this.node = world.node(NAME);
    this.random = world.random().split("shared store");
    this.letters = letters;
    this.rows = new SharedRows(dataSet, random.split("quorums"), watch, world::violation);
    node.start(letters::receive);
  }

  public void weather(SharedWeather now) {
    weather = now;
  }

  /// The store as an incarnation of a node reaches it. The node has to take letters.
  public SimTables open(SimNode client, String incarnation) {
    return new SimTables(new StoreClient(this, client, incarnation));
  }

  /// What all commits add up to, and what else is durable.
  public StoreTables truth() {
    return rows.truth();
  }

  /// How often what happened in here.
  public Map<String, Long> happenings() {
    return rows.happenings().counts();
  }

  /// True if the incarnation was ever named as the slot's owner in this epoch.
  public boolean hasOwned(int slot, String incarnation, long epoch) {
    return rows.custody().hasOwned(slot, incarnation, epoch);
  }

  /// Something that is still to be done by whoever lives, or null.
  ///
  /// @param living incarnations that need not be replayed
  public String unfinished(Set<String> living) {
    return new EndAudit(rows).unfinished(living);
  }

  /// Complains of what the cells do not hold, or hold otherwise than they should.
  public void audit(Consumer<String> complaint) {
    new EndAudit(rows).compare(complaint);
  }

  SharedRows rows() {
    return rows;
  }

  SharedWeather weather() {
    return weather;
  }

  SimRandom random() {
    return random;
  }

  Letters letters() {
    return letters;
  }

  SimNode node() {
    return node;
  }

  /// Runs something inside the store some time later, whatever becomes of the node that clients talk to.
  void later(long nanos, Runnable task) {
    world.scheduler().after(nanos, task);
  }

  void note(String what, long... numbers) {
    world.trace().note(what, numbers);
  }
}
