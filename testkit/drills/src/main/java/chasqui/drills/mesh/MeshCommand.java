package chasqui.drills.mesh;

import chasqui.drills.fleet.Deadline;
import chasqui.drills.fleet.Keeping;
import chasqui.drills.mesh.process.Door;
import chasqui.drills.mesh.process.LogLevel;
import chasqui.drills.mesh.process.MergedLog;
import chasqui.drills.mesh.process.MeshCluster;
import chasqui.drills.mesh.process.MeshMap;
import chasqui.drills.mesh.process.MeshNode;
import chasqui.drills.mesh.process.MeshStartException;
import chasqui.drills.mesh.process.Topology;
import chasqui.testkit.process.Guard;
import chasqui.testkit.process.TempDirs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command line of the mesh.
@Command(name = "mesh", mixinStandardHelpOptions = true, description = {
    "Runs every role as processes of its own on this machine, over etcd and a CQL server, with Envoy in front.",
    "Ctrl-C ends all of it in good order, a second one at once. Exit 0 after an orderly end, 1 if a part did not start."})
public final class MeshCommand implements Callable<Integer> {

  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  @Spec
  private CommandSpec spec;

  @Option(names = "--edges", defaultValue = "3", paramLabel = "N", description = "How many edges (default ${DEFAULT-VALUE}).")
  private int edges;

  @Option(names = "--routers", defaultValue = "2", paramLabel = "N", description = "How many routers (default ${DEFAULT-VALUE}).")
  private int routers;

  @Option(names = "--mailboxes", defaultValue = "2", paramLabel = "N", description = "How many mailboxes (default ${DEFAULT-VALUE}).")
  private int mailboxes;

  @Option(names = "--registries", defaultValue = "2", paramLabel = "N", description = "How many registries (default ${DEFAULT-VALUE}).")
  private int registries;

  @Option(names = "--etcds", defaultValue = "1", paramLabel = "N", description = "Members of etcd, 1 or 3 (default ${DEFAULT-VALUE}).")
  private int etcds;

  @Option(names = "--store", defaultValue = "cql", paramLabel = "STORE",
      description = "cql: a CQL server; cql3: three of them; embedded: in the one mailbox's folder (default ${DEFAULT-VALUE}).")
  private String store;

  @Option(names = "--no-front", description = "Without Envoy: clients connect to the edges.")
  private boolean noFront;

  @Option(names = "--data", paramLabel = "DIR",
      description = "Keeps data and logs here (default: a temporary folder that goes away).")
  private Path data;

  @Option(names = "--log", defaultValue = "info", paramLabel = "LEVEL",
      description = "The least of the logs that is shown: debug, info, warn, error (default ${DEFAULT-VALUE}); the files have all.")
  private String level;

  @Option(names = "--check", description = "End in good order as soon as everything serves.")
  private boolean check;

  @Override
  public Integer call() {
    Topology topology = topology();
    LogLevel least = parsed("--log", level, LogLevel::valueOf);
    TempDirs temporary = data == null ? TempDirs.create("chasqui-mesh-") : null;
    Path folder = data == null ? temporary.root() : data.toAbsolutePath();
    boolean keep = true;
    try (Ending ending = Ending.onSignals(); MergedLog log = new MergedLog(folder.resolve("logs"), least, System.out::println)) {
      if (temporary != null) {
        Guard.sweep(folder);
      }
      say("data and logs: " + folder);
      run(topology, folder, log, ending);
      keep = false;
      return 0;
    } catch (MeshStartException failure) {
      say(failure.getMessage());
      failure.tail().forEach(line -> System.err.println("     " + line));
      return 1;
    } catch (Ending.Asked asked) {
      say("ended while it was starting");
      keep = false;
      return 0;
    } finally {
      if (temporary != null) {
        Keeping.close(temporary, keep);
      }
    }
  }

  private void run(Topology topology, Path folder, MergedLog log, Ending ending) {
    MeshCluster mesh = MeshCluster.start(topology, folder, log, line -> {
      ending.check();
      say(line);
    });
    try {
      System.out.println();
      MeshMap.lines(mesh.parts()).forEach(line -> System.out.println("  " + line));
      System.out.println("\n  " + next(mesh) + "\n");
      log.show();
      while (!check && !Deadline.await(LOOK_EVERY, ending::asked)) {
        revive(mesh);
      }
      say("ending in good order; Ctrl-C once more ends at once");
      mesh.stop();
    } finally {
      mesh.close();
    }
  }

  private String next(MeshCluster mesh) {
    Door door = mesh.door();
    return "in another terminal: ./chasqui chat --as alice --with bob --server " + door.addresses().getFirst()
        + door.authority().map(file -> " --ca " + file).orElse("") + " --data " + mesh.folder();
  }

  /// What a supervisor does for processes that end by themselves.
  private void revive(MeshCluster mesh) {
    for (MeshNode node : mesh.nodes()) {
      if (!node.process().isAlive()) {
        say(node.id() + " has ended by itself; it is started again");
        mesh.restart(node);
      }
    }
  }

  private Topology topology() {
    Topology.Store kind = parsed("--store", store, Topology.Store::valueOf);
    try {
      return new Topology(edges, routers, mailboxes, registries, etcds, kind, !noFront, false);
    } catch (IllegalArgumentException refused) {
      throw new ParameterException(spec.commandLine(), refused.getMessage());
    }
  }

  private <T> T parsed(String option, String text, Function<String, T> parse) {
    try {
      return parse.apply(text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException unknown) {
      throw new ParameterException(spec.commandLine(), option + " does not know '" + text + "'");
    }
  }

  private static void say(String line) {
    System.err.println("-- " + line);
  }
}
