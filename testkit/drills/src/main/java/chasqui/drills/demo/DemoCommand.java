package chasqui.drills.demo;

import chasqui.drills.fleet.Keeping;
import chasqui.testkit.process.TempDirs;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The command line of the demo.
@Command(name = "demo", mixinStandardHelpOptions = true, description = {
    "Three users chat through a crash of the node; the clients count what they got.",
    "Exit 0 only if nothing was lost, duplicated or out of order and the kill hit a send in flight."})
public final class DemoCommand implements Callable<Integer> {

  @Option(names = "--json", description = "Print one JSON object on standard output, nothing else.")
  private boolean json;

  @Option(names = "--keep", description = "Keep the folder with the node's data and log.")
  private boolean keep;

  @Override
  public Integer call() {
    TempDirs folder = TempDirs.create("chasqui-demo-");
    try {
      Consumer<String> progress = line -> System.err.println("-- " + line);
      DemoReport report = new Demo(folder.root(), RandomGenerator.getDefault(), progress)
          .play(json ? _ -> { } : System.out::println);
      System.out.println(json ? report.json() : "\n  verdict, counted by the clients\n" + report.text());
      return report.holds() ? 0 : 1;
    } finally {
      Keeping.close(folder, keep);
    }
  }
}
