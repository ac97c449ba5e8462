package chasqui.node.command;

import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.cql.CqlSource;
import chasqui.mailbox.store.cql.CqlTables;
import chasqui.mailbox.store.cql.CqlTarget;
import chasqui.mailbox.store.embedded.EmbeddedSource;
import chasqui.mailbox.store.embedded.EmbeddedTarget;
import chasqui.mailbox.store.portable.DataSetSource;
import chasqui.mailbox.store.portable.DataSetTarget;
import chasqui.mailbox.store.portable.Exporter;
import chasqui.mailbox.store.portable.PortableException;
import chasqui.mailbox.store.portable.Progress;
import chasqui.node.config.Agreements;
import chasqui.node.config.EffectiveConfig;
import chasqui.node.config.StoreConfig;
import chasqui.node.mesh.CqlAccess;
import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The store that the configuration names, as what is exported from and imported into.
final class ConfiguredStore {

  private final DataOptions options;
  private final InstantSource clock;
  private final EffectiveConfig config;

  ConfiguredStore(DataOptions options, InstantSource clock) {
    this.options = options;
    this.clock = clock;
    this.config = options.load();
  }

  int slots() {
    return Agreements.store(config).slots();
  }

  /// Refuses a command that copies files of a store that has none here.
  ///
  /// @param command as it is typed
  void needEmbedded(String command) throws PortableException {
    if (config.get(StoreConfig.class).kind() == StoreConfig.Kind.CQL) {
      throw new PortableException("./chasqui " + command + " copies the files of the embedded store, and store.kind is cql:"
          + " use the servers' own snapshots, or ./chasqui export and import while all mailboxes are stopped");
    }
  }

  /// The store, empty or with an unfinished import.
  DataSetTarget target() throws StoreOpenException {
    return switch (config.get(StoreConfig.class).kind()) {
      case EMBEDDED -> EmbeddedTarget.open(options.data(), slots());
      case CQL -> CqlTarget.open(CqlAccess.of(config), slots(), surroundings());
    };
  }

  /// Writes all rows into a file; returns how many.
  long export(Path out, Progress progress) throws StoreOpenException, PortableException {
    return switch (config.get(StoreConfig.class).kind()) {
      case EMBEDDED -> exportEmbedded(options.data(), out, progress);
      case CQL -> exportCql(out, progress);
    };
  }

  private long exportEmbedded(Path data, Path out, Progress progress) throws StoreOpenException, PortableException {
    try (DataSetSource source = EmbeddedSource.open(data, clock)) {
      return Exporter.export(source, out, progress);
    }
  }

  /// Rows come out of CQL in no order; an embedded store beside the file sorts them.
  private long exportCql(Path out, Progress progress) throws StoreOpenException, PortableException {
    if (Files.exists(out)) {
      throw new PortableException(out + " is there already; an export overwrites nothing");
    }
    Path sorting = out.resolveSibling(out.getFileName() + ".sorting");
    delete(sorting);
    try (CqlSource source = CqlSource.open(CqlAccess.of(config), slots(), surroundings());
        DataSetTarget sorted = EmbeddedTarget.open(sorting, slots())) {
      source.copyInto(sorted, progress);
    }
    long rows = exportEmbedded(sorting, out, progress);
    delete(sorting);
    return rows;
  }

  private CqlTables.Surroundings surroundings() {
    return new CqlTables.Surroundings(clock, new SecureRandom(), OpenTelemetry.noop().getMeter("chasqui"));
  }

  private static void delete(Path folder) throws PortableException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(folder)) {
      List<Path> all = paths.sorted(Comparator.reverseOrder()).toList();
      for (Path path : all) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw PortableException.io(folder, e);
    }
  }
}
