package chasqui.node.command;

import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.portable.PortableException;
import java.nio.file.Path;
import java.time.InstantSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Writes the data set of the configured store, or of a backup, into one file.
@Command(name = "export", mixinStandardHelpOptions = true,
    description = "Writes the data set of a stopped node, of a backup, or of a CQL store whose mailboxes are all stopped, into one file. The same rows give the same bytes."
        + " It holds everybody's messages and a secret key.")
public final class ExportCommand extends PortableCommand {

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "The file to write; must not be there.")
  private Path out;

  @Override
  String run(DataOptions options, ProgressBar progress, InstantSource clock)
      throws StoreOpenException, PortableException {
    return "exported " + new ConfiguredStore(options, clock).export(out, progress) + " rows to " + out;
  }
}
