package chasqui.mailbox.store.portable;

import chasqui.store.v1.DataSetRow;
import chasqui.store.v1.ExportChunk;
import chasqui.store.v1.ExportedRow;
import chasqui.store.v1.ImportProgress;
import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads an export into an empty store. The whole file is checked before anything is stored; what is cut short goes on
/// where it was when the same file is imported again.
public final class Importer {
  private final Path file;
  private final Progress progress;

  public Importer(Path file, Progress progress) {
    this.file = file;
    this.progress = progress;
  }

  /// What an import did.
  ///
  /// @param rows how many rows the file has
  /// @param resumedAfter the chunk after which it went on; 0 for one that began anew
  public record Imported(long rows, long resumedAfter) {}

  /// @param raise whether generations are raised: the rows are older than what clients have seen
  /// @param nowMillis the time that a raised generation is derived from
  public Imported into(DataSetTarget target, boolean raise, long nowMillis) throws PortableException {
    try (ExportReader checked = new ExportReader(file)) {
      refuse(checked.header().getDataSet(), target);
      check(checked);
      Optional<ImportProgress> begun = target.begun();
      ImportProgress first =
          ImportProgress.newBuilder().setSha256(checked.trailer().getSha256()).setRaisesGenerations(raise).build();
      ImportProgress from = begun.orElse(first);
      if (!from.toBuilder().clearChunk().build().equals(first)) {
        throw new PortableException("another import was begun here and is not finished: import the same file in the same way"
            + " to finish it, or delete the data");
      }
      Optional<Generations> generations = raise
          ? Optional.of(new Generations(checked.header().getDataSet(), 0, nowMillis)) : Optional.empty();
      store(target, from, generations);
      DataSetRow dataSet = checked.header().getDataSet();
      target.finish(generations.map(raised -> raised.raised(dataSet)).orElse(dataSet));
      return new Imported(checked.rows(), from.getChunk());
    }
  }

  private void refuse(DataSetRow dataSet, DataSetTarget target) throws PortableException {
    if (dataSet.getSchemaVersion() > target.schemaMax()) {
      throw new PortableException(file + " holds the schema " + dataSet.getSchemaVersion() + ", this version knows up to "
          + target.schemaMax() + ": it was written by a newer version");
    }
    if (dataSet.getSlots() != target.slots()) {
      throw new PortableException(file + " was exported with " + dataSet.getSlots() + " slots, configured are " + target.slots()
          + ": the number stays with the data set");
    }
  }

  private void check(ExportReader reader) throws PortableException {
    while (reader.next().isPresent()) {
      progress.at("checking the file", reader.bytesRead(), reader.size());
    }
    progress.at("checking the file", reader.size(), reader.size());
  }

  private void store(DataSetTarget target, ImportProgress from, Optional<Generations> generations)
      throws PortableException {
    ByteString sum = from.getSha256();
    try (ExportReader reader = new ExportReader(file)) {
      for (Optional<ExportChunk> chunk = reader.next(); chunk.isPresent(); chunk = reader.next()) {
        if (chunk.get().getNumber() > from.getChunk()) {
          target.store(rows(chunk.get(), generations), from.toBuilder().setChunk(chunk.get().getNumber()).build());
        }
        progress.at("storing rows", reader.bytesRead(), reader.size());
      }
      if (!reader.trailer().getSha256().equals(sum)) {
        throw new PortableException(file + " changed while it was read");
      }
    }
  }

  private static List<ExportedRow> rows(ExportChunk chunk, Optional<Generations> generations) {
    if (generations.isEmpty()) {
      return chunk.getRowsList();
    }
    List<ExportedRow> raised = new ArrayList<>(chunk.getRowsCount());
    chunk.getRowsList().forEach(row -> raised.add(generations.get().raised(row)));
    return raised;
  }
}
