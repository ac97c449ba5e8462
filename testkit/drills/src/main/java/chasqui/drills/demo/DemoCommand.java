package chasqui.drills.demo;

import chasqui.drills.fleet.Keeping;
import chasqui.drills.mesh.process.MeshStartException;
import chasqui.drills.mesh.process.Topology;
import chasqui.testkit.process.TempDirs;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The command line of the demo.
@Command(name = "demo", mixinStandardHelpOptions = true, description = {
    "Three users chat through a crash of the node, or of nodes of a mesh; the clients count what they got.",
    "Exit 0 only if nothing was lost, duplicated or out of order and the kill hit a send in flight."})
public final class DemoCommand implements Callable<Integer> {

  @Option(names = "--json", description = "Print one JSON object on standard output, nothing else.")
  private boolean json;

  @Option(names = "--mesh", description = "On a mesh of processes: Envoy, two edges, a router, two mailboxes over CQL, a registry, etcd.")
  private boolean mesh;

  @Option(names = "--store", defaultValue = "cql", paramLabel = "STORE",
      description = "With --mesh: cql, cql3, or embedded, with one mailbox (default ${DEFAULT-VALUE}).")
  private String store;

  @Option(names = "--keep", description = "Keep the folder with the node's data and log.")
  private boolean keep;

  @Override
  public Integer call() {
    TempDirs folder = TempDirs.create("chasqui-demo-");
    try {
      Consumer<String> progress = DemoCommand::progress;
      Place place = mesh ? new WholeMesh(Topology.Store.named(store), folder.root(), progress) : new OneNode(folder.root());
      DemoReport report = new Demo(folder.root(), place, RandomGenerator.getDefault(), progress)
          .play(json ? _ -> { } : System.out::println);
      System.out.println(json ? report.json() : "\n  verdict, counted by the clients\n" + report.text());
      return report.holds() ? 0 : 1;
    } catch (MeshStartException failure) {
      progress(failure.getMessage());
      failure.tail().forEach(DemoCommand::progress);
      return 1;
    } finally {
      Keeping.close(folder, keep);
    }
  }

  private static void progress(String line) {
    System.err.println("-- " + line);
  }
}
