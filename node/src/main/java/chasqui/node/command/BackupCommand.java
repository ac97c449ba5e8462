package chasqui.node.command;

import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.embedded.Backups;
import chasqui.mailbox.store.portable.PortableException;
import chasqui.node.DataFolder;
import chasqui.node.ops.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Copies the data set of a node, which may run meanwhile.
@Command(name = "backup", mixinStandardHelpOptions = true,
    description = "Copies the data set of a node into a folder, as it is at one moment; the node may go on meanwhile."
        + " Settings and keys of the node are not in it.")
public final class BackupCommand extends PortableCommand {

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "The folder to make; must not be there.")
  private Path out;

  @Override
  String run(DataOptions options, ProgressBar progress, InstantSource clock)
      throws StoreOpenException, PortableException {
    new ConfiguredStore(options, clock).needEmbedded("backup");
    Backups backups = new Backups(progress, clock.millis());
    try {
      backups.backUp(options.data(), out);
      return "backed up to " + out;
    } catch (StoreOpenException refused) {
      if (refused.reason() != StoreOpenException.Reason.IN_USE) {
        throw refused;
      }
    }
    backups.backUpCheckpoint(checkpoint(new DataFolder(options.data())), out);
    return "backed up to " + out + " while the node ran";
  }

  private static Path checkpoint(DataFolder folder) throws PortableException {
    DataFolder.Addresses addresses = folder.addresses().orElseThrow(() -> new PortableException(
        "the data folder " + folder.path() + " is in use, but no node on it tells where it serves"));
    try {
      String answer = OpsClient.post(addresses.ops(), "/checkpoint", folder.secret());
      return Path.of(String.valueOf(Json.read(answer).get("folder")));
    } catch (IOException | IllegalArgumentException refused) {
      throw new PortableException("the node at " + addresses.ops() + " made no checkpoint: " + refused.getMessage(), refused);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
      throw new PortableException("interrupted", hurried);
    }
  }
}
