package chasqui.node.command;

import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.portable.DataSetTarget;
import chasqui.mailbox.store.portable.Importer;
import chasqui.mailbox.store.portable.PortableException;
import java.nio.file.Path;
import java.time.InstantSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Reads an export into an empty store.
@Command(name = "import", mixinStandardHelpOptions = true,
    description = "Reads an export into an empty store, as configured: a data folder, or a CQL keyspace. What was cut short goes on where it was.")
public final class ImportCommand extends PortableCommand {

  @Option(names = "--from", required = true, paramLabel = "FILE", description = "What ./chasqui export wrote.")
  private Path from;

  @Option(names = "--raise-generations",
      description = "The export is older than what clients have seen: they are to forget what they have and resync.")
  private boolean raise;

  @Override
  String run(DataOptions options, ProgressBar progress, InstantSource clock)
      throws StoreOpenException, PortableException {
    try (DataSetTarget target = new ConfiguredStore(options, clock).target()) {
      Importer.Imported imported = new Importer(from, progress).into(target, raise, clock.millis());
      String resumed = imported.resumedAfter() == 0 ? "" : ", going on after chunk " + imported.resumedAfter();
      return "imported " + imported.rows() + " rows from " + from + resumed;
    }
  }
}
