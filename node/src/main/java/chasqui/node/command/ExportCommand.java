package chasqui.node.command;

import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.embedded.EmbeddedSource;
import chasqui.mailbox.store.portable.DataSetSource;
import chasqui.mailbox.store.portable.Exporter;
import chasqui.mailbox.store.portable.PortableException;
import java.nio.file.Path;
import java.time.InstantSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Writes the data set of a stopped node, or of a backup, into one file.
@Command(name = "export", mixinStandardHelpOptions = true,
    description = "Writes the data set of a stopped node, or of a backup, into one file. The same rows give the same bytes."
        + " It holds everybody's messages and a secret key.")
public final class ExportCommand extends PortableCommand {

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "The file to write; must not be there.")
  private Path out;

  @Override
  String run(DataOptions options, ProgressBar progress, InstantSource clock)
      throws StoreOpenException, PortableException {
    try (DataSetSource source = EmbeddedSource.open(options.data(), clock)) {
      return "exported " + Exporter.export(source, out, progress) + " rows to " + out;
    }
  }
}
