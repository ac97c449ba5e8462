package chasqui.drills.sim.mesh;

import chasqui.cluster.v1.ProbeRequest;
import chasqui.cluster.v1.ProbeResponse;
import chasqui.cluster.v1.ProbeServiceGrpc;
import chasqui.discovery.CrashPoints;
import chasqui.discovery.NodeState;
import chasqui.drills.sim.shared.Letters;
import chasqui.drills.sim.shared.SharedStoreNode;
import chasqui.drills.sim.shared.SharedWeather;
import chasqui.drills.sim.shared.SimTables;
import chasqui.drills.sim.store.StoreTables;
import chasqui.drills.sim.store.StoreWatch;
import chasqui.drills.sim.store.StoreWeather;
import chasqui.mailbox.PushesAgain;
import chasqui.mailbox.custody.Self;
import chasqui.mailbox.custody.SharedMailbox;
import chasqui.mailbox.custody.SharedParts;
import chasqui.mailbox.store.FatalHandler;
import chasqui.store.v1.DataSetRow;
import chasqui.testkit.sim.SimNode;
import chasqui.testkit.sim.SimWorld;
import chasqui.testkit.sim.SimulatedCrash;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.Meter;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Several mailboxes over one store, each with a custodian.
final class SharedGround implements MailboxGround {
  private static final Meter METER = OpenTelemetry.noop().getMeter("simulation");
  private static final int PROBE_SECONDS = 1;
  private static final long DOWN_MAX_NANOS = 3_000_000_000L;

  private final SimWorld world;
  private final Letters letters;
  private final ViewSource views;
  private final SharedStoreNode store;
  private final Freshness freshness;
  private long endedBySeal;

  SharedGround(SimWorld world, Letters letters, ViewSource views, DataSetRow dataSet, StoreWatch watch) {
    this.world = world;
    this.letters = letters;
    this.views = views;
    this.store = new SharedStoreNode(world, letters, dataSet, watch);
    this.freshness = new Freshness(store, dataSet.getSlots(), world::violation);
  }

  @Override
  public void begin(SimNode node) {
    letters.receive(node);
  }

  @Override
  public void open(MeshNode program, Consumer<SimMailbox> opened) {
    SimNode node = program.node();
    String incarnation = program.self().incarnation();
    SimTables tables = store.open(node, incarnation);
    CrashPoints crashPoints = point -> node.crashPoints().reach(point.id());
    SharedParts parts = new SharedParts(
        tables, node.executor(), node.clock(), node.random().split("custody " + node.incarnation()), METER, crashPoints,
        fatal(node));
    PushesAgain again = new PushesAgain();
    Self self = new Self(program.name(), incarnation, program.self().address());
    SharedMailbox shared = SharedMailbox.assemble(
        self, program.stripes(), parts, program.membership(), address -> probe(program, address), again::push);
    opened.accept(program.mailbox(new SimMailbox.Parts(
        shared.store(), shared.custody(), freshness.at(incarnation), again, shared)));
  }

  private static CompletionStage<Optional<String>> probe(MeshNode from, String address) {
    CompletableFuture<Optional<String>> told = new CompletableFuture<>();
    ProbeServiceGrpc.newStub(from.channel(address)).withDeadlineAfter(PROBE_SECONDS, TimeUnit.SECONDS)
        .probe(ProbeRequest.getDefaultInstance(), new StreamObserver<>() {
          @Override
          public void onNext(ProbeResponse answer) {
            told.complete(Optional.of(answer.getIncarnation()));
          }

          @Override
          public void onError(Throwable silent) {
            told.complete(Optional.empty());
          }

          @Override
          public void onCompleted() {}
        });
    return told;
  }

  @Override
  public void leaving(MeshNode program) {
    views.announce(program.node(), program.self().in(NodeState.DRAINING));
  }

  /// The process ends, and whoever watches over it starts it again. A bug is a violation besides.
  private FatalHandler fatal(SimNode node) {
    return (what, cause) -> {
      if (!node.isAlive() || cause instanceof SimulatedCrash) {
        return;
      }
      world.trace().note(node + " ends: " + what);
      endedBySeal += cause == null ? 1 : 0;
      if (cause != null) {
        world.violation(node + " ends by a bug: " + what + ": " + cause);
      }
      node.crashFor(node.random().between(1_000_000, DOWN_MAX_NANOS), true);
    };
  }

  @Override
  public StoreTables stored() {
    return store.truth();
  }

  @Override
  public String unfinished(Set<String> living) {
    return store.unfinished(living);
  }

  @Override
  public Map<String, Long> happenings() {
    Map<String, Long> all = new TreeMap<>(store.happenings());
    all.put("processes ended by a seal", endedBySeal);
    return all;
  }

  @Override
  public void audit(Consumer<String> complaint) {
    store.audit(complaint);
  }

  @Override
  public void weather(StoreWeather now) {
    double rate = now.unknownRate();
    store.weather(new SharedWeather(
        Math.max(now.readMaxNanos(), SharedWeather.FAIR.delayMaxNanos()), rate, rate, rate, rate, now.silentRate()));
  }
}
