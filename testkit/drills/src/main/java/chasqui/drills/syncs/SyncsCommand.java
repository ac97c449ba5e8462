package chasqui.drills.syncs;

import chasqui.testkit.process.TempDirs;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The command line of the system call drill.
@Command(name = "syncs", mixinStandardHelpOptions = true, description = {
    "Traces the node's system calls (strace) while clients send, and counts the acks that left before the sync of what",
    "they ack: none may. Then the same with the sync switched off on purpose: the trace must notice.",
    "The tracer is STRACE_BIN, or strace on the path. Exit 3 where there is none."})
public final class SyncsCommand implements Callable<Integer> {

  private static final int NO_TRACER = 3;

  @Option(names = "--clients", defaultValue = "8", description = "Senders (default ${DEFAULT-VALUE}).")
  private int clients;

  @Option(names = "--messages", defaultValue = "150", description = "Messages of each (default ${DEFAULT-VALUE}).")
  private int messages;

  @Option(names = "--json", description = "Print one JSON object on standard output, nothing else.")
  private boolean json;

  @Override
  public Integer call() {
    Optional<String> tracer = tracer();
    if (tracer.isEmpty()) {
      System.err.println("strace is not here: install it (apt-get install strace) or name it in STRACE_BIN.");
      return NO_TRACER;
    }
    try (TempDirs folder = TempDirs.create("chasqui-syncs-")) {
      SyncsDrill drill = new SyncsDrill(tracer.get(), clients, messages, line -> System.err.println("-- " + line));
      SyncAudit.Result on = drill.run(folder.folder("on"), true);
      SyncAudit.Result off = drill.run(folder.folder("off"), false);
      print(on, off);
      boolean holds = on.early() == 0 && on.acks() > 0 && on.unseen() * 100 <= on.acks() && off.early() > 0;
      return holds ? 0 : 1;
    }
  }

  private void print(SyncAudit.Result on, SyncAudit.Result off) {
    if (json) {
      System.out.printf(
          "{\"acks\":%d,\"syncs\":%d,\"acks_before_their_sync\":%d,\"acks_unseen\":%d,"
              + "\"sync_off\":{\"acks\":%d,\"syncs\":%d,\"acks_before_their_sync\":%d}}%n",
          on.acks(), on.syncs(), on.early(), on.unseen(), off.acks(), off.syncs(), off.early());
    } else {
      System.out.println(on.line());
      System.out.println("with the sync switched off on purpose: " + off.line());
    }
  }

  private static Optional<String> tracer() {
    String named = System.getenv("STRACE_BIN");
    if (named != null && !named.isEmpty()) {
      return Optional.of(named);
    }
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .map(folder -> Path.of(folder, "strace"))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }
}
