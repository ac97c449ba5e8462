package chasqui.node.command;

import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.embedded.Backups;
import chasqui.mailbox.store.portable.PortableException;
import chasqui.node.config.Agreements;
import java.nio.file.Path;
import java.time.InstantSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Makes a data set of a backup.
@Command(name = "restore", mixinStandardHelpOptions = true,
    description = "Makes a data set of a backup, in an empty data folder. Generations are raised: clients forget what was said"
        + " after the backup, and resync.")
public final class RestoreCommand extends PortableCommand {

  @Option(names = "--from", required = true, paramLabel = "DIR", description = "What ./chasqui backup made.")
  private Path from;

  @Override
  String run(DataOptions options, ProgressBar progress, InstantSource clock)
      throws StoreOpenException, PortableException {
    new ConfiguredStore(options, clock).needEmbedded("restore");
    int slots = Agreements.store(options.load()).slots();
    long generation = new Backups(progress, clock.millis()).restore(from, options.data(), slots);
    return "restored " + from + " to " + options.data() + ", generation " + generation;
  }
}
