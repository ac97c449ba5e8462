package chasqui.drills.demo;

import chasqui.drills.mesh.process.Door;
import chasqui.drills.mesh.process.LogLevel;
import chasqui.drills.mesh.process.MergedLog;
import chasqui.drills.mesh.process.MeshCluster;
import chasqui.drills.mesh.process.MeshCounters;
import chasqui.drills.mesh.process.MeshNode;
import chasqui.drills.mesh.process.Topology;
import chasqui.edge.auth.TokenMinter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A mesh of processes: clients connect to Envoy, which spreads them over two edges.
final class WholeMesh implements Place {

  private static final long NOTED_EVERY_MILLIS = 500;

  private final Topology topology;
  private final Path folder;
  private final Consumer<String> progress;
  private final MergedLog log;
  // A node that is killed takes its counts along, so they are noted while it lives; what is noted is a little less.
  private final Map<String, Long> noted = new ConcurrentHashMap<>();
  private final ScheduledExecutorService notes =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("notes").factory());
  private MeshCluster mesh;

  WholeMesh(Topology.Store store, Path folder, Consumer<String> progress) {
    this.topology = new Topology(2, 1, store == Topology.Store.EMBEDDED ? 1 : 2, 1, 1, store, true, false);
    this.folder = folder;
    this.progress = progress;
    this.log = new MergedLog(folder.resolve("logs"), LogLevel.WARN, _ -> { });
  }

  @Override
  public String words() {
    return "a mesh: " + topology.words();
  }

  @Override
  public void start() {
    mesh = MeshCluster.start(topology, folder.resolve("mesh"), log, progress);
    var _ = notes.scheduleWithFixedDelay(this::note, NOTED_EVERY_MILLIS, NOTED_EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public Door door() {
    return mesh.door();
  }

  @Override
  public TokenMinter tokens() {
    return mesh.tokens();
  }

  @Override
  public String victims() {
    return "a mailbox and an edge are";
  }

  @Override
  public void strike() {
    victimNodes().forEach(node -> node.process().kill());
  }

  @Override
  public void mend() {
    victimNodes().forEach(node -> node.process().launch());
    victimNodes().forEach(node -> node.process().awaitReady());
  }

  private List<MeshNode> victimNodes() {
    return List.of(mesh.nodes("mailbox").getFirst(), mesh.nodes("edge").getFirst());
  }

  @Override
  public Map<String, Long> hops() {
    notes.shutdownNow();
    Map<String, Long> hops = new LinkedHashMap<>();
    new MeshCounters(mesh).hops().forEach((hop, count) -> hops.put(hop, Math.max(count, noted.getOrDefault(hop, 0L))));
    return hops;
  }

  private void note() {
    new MeshCounters(mesh).hops().forEach((hop, count) -> noted.merge(hop, count, Math::max));
  }

  @Override
  public void close() {
    notes.shutdownNow();
    if (mesh != null) {
      mesh.close();
    }
    log.close();
  }
}
