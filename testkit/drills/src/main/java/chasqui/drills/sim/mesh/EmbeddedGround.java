package chasqui.drills.sim.mesh;

import chasqui.drills.sim.store.SimStore;
import chasqui.drills.sim.store.StoreTables;
import chasqui.drills.sim.store.StoreWatch;
import chasqui.drills.sim.store.StoreWeather;
import chasqui.drills.sim.store.StoreWrite;
import chasqui.mailbox.PushesAgain;
import chasqui.mailbox.SoleCustody;
import chasqui.store.v1.DataSetRow;
import chasqui.testkit.sim.SimDisk;
import chasqui.testkit.sim.SimNode;
import chasqui.testkit.sim.SimWorld;
import java.util.function.Consumer;

/// One mailbox, on a disk that outlives it.
final class EmbeddedGround implements MailboxGround {
  private final SimDisk<StoreWrite> disk;
  private final DataSetRow newDataSet;
  private final StoreWatch watch;
  private StoreWeather weather = StoreWeather.FAIR;

  EmbeddedGround(SimWorld world, String mailbox, DataSetRow newDataSet, StoreWatch watch) {
    this.disk = world.disk(world.node(mailbox));
    this.newDataSet = newDataSet;
    this.watch = watch;
  }

  @Override
  public void open(MeshNode program, Consumer<SimMailbox> opened) {
    SimNode node = program.node();
    SimStore.Ground ground = new SimStore.Ground(
        node, disk, node.random().split("store " + node.incarnation()), () -> weather, watch, () -> node.crash(true));
    SimStore.open(ground, newDataSet, store ->
        opened.accept(program.mailbox(new SimMailbox.Parts(
            store, new SoleCustody(), Eavesdropper.NONE, new PushesAgain(), null))));
  }

  @Override
  public StoreTables stored() {
    return SimStore.look(disk);
  }

  @Override
  public void weather(StoreWeather now) {
    weather = now;
  }
}
