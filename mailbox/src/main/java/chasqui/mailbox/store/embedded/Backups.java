package chasqui.mailbox.store.embedded;

import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.portable.Generations;
import chasqui.mailbox.store.portable.PortableException;
import chasqui.mailbox.store.portable.Progress;
import chasqui.store.v1.BackupFile;
import chasqui.store.v1.BackupManifest;
import chasqui.store.v1.DataSetRow;
import chasqui.store.v1.ExportedRow;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Backups of an embedded store: a folder with the files of the database and a manifest with their sums. A restored data set
/// has later generations than the one that was backed up ({@link Generations}).
public final class Backups {
  private static final Logger log = LoggerFactory.getLogger(Backups.class);
  private static final int FORMAT_VERSION = 1;
  private static final String MANIFEST = "backup";
  private static final String RESTORED = "restored";
  private static final String DATABASE = "rocksdb";
  private static final int ROWS_AT_ONCE = 10_000;

  private final Progress progress;
  private final long nowMillis;

  public Backups(Progress progress, long nowMillis) {
    this.progress = progress;
    this.nowMillis = nowMillis;
  }

  /// Copies the database of a stopped node, held by its lock meanwhile.
  public void backUp(Path data, Path out) throws StoreOpenException, PortableException {
    try (DataFolder folder = DataFolder.lockExisting(data)) {
      copyOut(folder.database(), out);
    }
  }

  /// Copies what a running node made with {@link EmbeddedStore#checkpoint}, and deletes it.
  public void backUpCheckpoint(Path checkpoint, Path out) throws StoreOpenException, PortableException {
    try {
      copyOut(checkpoint, out);
    } finally {
      try {
        FileTree.delete(checkpoint);
      } catch (IOException leftForTheNextStart) {
        log.warn("{} was not deleted; the next start of the node deletes it", checkpoint, leftForTheNextStart);
      }
    }
  }

  private void copyOut(Path database, Path out) throws StoreOpenException, PortableException {
    if (Files.exists(out)) {
      throw new PortableException(out + " is there already; a backup overwrites nothing");
    }
    Path part = out.resolveSibling(out.getFileName() + ".part");
    try {
      FileTree.delete(part);
      Path files = forOwner(part).resolve(DATABASE);
      Path nativeLibrary = part.resolve("native");
      NativeLibrary.load(nativeLibrary);
      FileTree.delete(nativeLibrary);
      BackupManifest.Builder manifest = BackupManifest.newBuilder().setFormatVersion(FORMAT_VERSION)
          .setDataSet(Opening.settled(database)).setMadeMicros(TimeUnit.MILLISECONDS.toMicros(nowMillis));
      Files.createDirectory(files);
      List<Path> all = FileTree.files(database).stream().filter(Backups::isData).toList();
      FileTree.Copying copying = new FileTree.Copying("copying files", bytes(all), progress);
      for (Path file : all) {
        String name = file.getFileName().toString();
        int sum = copying.copy(file, files.resolve(name));
        manifest.addFiles(BackupFile.newBuilder().setName(name).setBytes(Files.size(files.resolve(name))).setCrc32C(sum));
      }
      DataFolder.syncFolder(files);
      Files.write(part.resolve(MANIFEST), manifest.build().toByteArray());
      DataFolder.syncFolder(part);
      Files.move(part, out, StandardCopyOption.ATOMIC_MOVE);
      DataFolder.syncFolder(out.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw PortableException.io(out, e);
    } catch (RocksDBException e) {
      throw Opening.refusal(database, e);
    }
  }

  /// Makes a data set of a backup, with later generations. What is cut short begins anew.
  ///
  /// @param slots how many slots a node is configured for that will open it
  /// @return the generation of conversations that begin from now on; all others are at least that
  public long restore(Path backup, Path data, int slots) throws StoreOpenException, PortableException {
    BackupManifest manifest = manifest(backup, slots);
    try (DataFolder folder = DataFolder.lock(data)) {
      if (Database.exists(folder.database())) {
        throw new PortableException("the data folder " + data + " holds a data set already, expected an empty one");
      }
      NativeLibrary.load(folder.nativeLibrary());
      Path part = folder.database().resolveSibling("rocksdb.restoring");
      FileTree.delete(part);
      copyIn(backup, manifest, part);
      Generations generations = new Generations(manifest.getDataSet(), lastRestored(backup) + 1, nowMillis);
      raise(part, manifest.getDataSet(), generations);
      Files.move(part, folder.database(), StandardCopyOption.ATOMIC_MOVE);
      DataFolder.syncFolder(folder.database().getParent());
      note(backup, generations.generation());
      return generations.generation();
    } catch (IOException e) {
      throw PortableException.io(data, e);
    } catch (RocksDBException e) {
      throw Opening.refusal(data, e);
    }
  }

  private BackupManifest manifest(Path backup, int slots) throws PortableException {
    BackupManifest manifest;
    try {
      manifest = BackupManifest.parseFrom(Files.readAllBytes(backup.resolve(MANIFEST)));
    } catch (InvalidProtocolBufferException e) {
      throw new PortableException(backup.resolve(MANIFEST) + " is damaged: it cannot be parsed", e);
    } catch (IOException e) {
      throw new PortableException(backup + " is not a whole backup: it has no readable file '" + MANIFEST + "'", e);
    }
    if (manifest.getFormatVersion() > FORMAT_VERSION || manifest.getDataSet().getSchemaVersion() > DataSet.SCHEMA_VERSION) {
      throw new PortableException(backup + " was written by a newer version: format " + manifest.getFormatVersion()
          + ", schema " + manifest.getDataSet().getSchemaVersion() + "; this one knows up to " + FORMAT_VERSION + " and "
          + DataSet.SCHEMA_VERSION);
    }
    if (manifest.getDataSet().getSlots() != slots) {
      throw new PortableException(backup + " has " + manifest.getDataSet().getSlots() + " slots, configured are " + slots
          + ": the number stays with the data set");
    }
    return manifest;
  }

  private void copyIn(Path backup, BackupManifest manifest, Path target) throws IOException, PortableException {
    forOwner(target);
    long bytes = manifest.getFilesList().stream().mapToLong(BackupFile::getBytes).sum();
    FileTree.Copying copying = new FileTree.Copying("copying files", bytes, progress);
    for (BackupFile file : manifest.getFilesList()) {
      Path from = backup.resolve(DATABASE).resolve(file.getName());
      if (!Files.isRegularFile(from) || Files.size(from) != file.getBytes()) {
        throw new PortableException(backup + " is damaged: " + file.getName() + " is missing or has another length");
      }
      if (copying.copy(from, target.resolve(file.getName())) != file.getCrc32C()) {
        throw new PortableException(backup + " is damaged: " + file.getName() + " has a wrong sum");
      }
    }
    DataFolder.syncFolder(target);
  }

  private void raise(Path path, DataSetRow dataSet, Generations generations)
      throws RocksDBException, InvalidProtocolBufferException {
    EmbeddedStoreConfig config = EmbeddedStoreConfig.defaults(path.getParent(), dataSet.getSlots());
    try (Database database = Database.open(path, config, (reason, status) -> {}); Group group = new Group()) {
      PortableRows rows = new PortableRows();
      group.start(database);
      for (Column column : List.of(Column.CONVERSATION, Column.USER)) {
        try (RocksIterator stored = database.iterate(column)) {
          for (stored.seekToFirst(); stored.isValid(); stored.next()) {
            ExportedRow row = PortableRows.exported(column, stored.key(), stored.value());
            rows.put(group, generations.raised(row));
            if (group.batch().count() >= ROWS_AT_ONCE) {
              database.writeSynced(group.batch());
              group.start(database);
            }
          }
          stored.status();
        }
      }
      group.batch().put(database.handle(Column.DATA_SET), DataSet.KEY, generations.raised(dataSet).toByteArray());
      database.writeSynced(group.batch());
      database.flush();
    }
  }

  /// The generation that this backup was last restored with, as far as it could be noted.
  private static long lastRestored(Path backup) {
    try {
      return Long.parseLong(Files.readString(backup.resolve(RESTORED)).strip());
    } catch (IOException | NumberFormatException never) {
      return 0;
    }
  }

  /// So that restoring it twice within minutes raises twice. A backup that cannot be written to has the clock alone.
  private static void note(Path backup, long generation) {
    try {
      Files.write(backup.resolve(RESTORED), (generation + "\n").getBytes(StandardCharsets.US_ASCII));
    } catch (IOException readOnly) {
      log.warn("the backup cannot be written to, so it does not know that it was restored: {}", readOnly.toString());
    }
  }

  /// Logs of RocksDB for people, and the lock, are left out.
  private static boolean isData(Path file) {
    String name = file.getFileName().toString();
    return !name.equals("LOCK") && !name.startsWith("LOG");
  }

  private static long bytes(List<Path> files) throws IOException {
    long bytes = 0;
    for (Path file : files) {
      bytes += Files.size(file);
    }
    return bytes;
  }

  private static Path forOwner(Path folder) throws IOException {
    return folder.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")))
        : Files.createDirectory(folder);
  }
}
