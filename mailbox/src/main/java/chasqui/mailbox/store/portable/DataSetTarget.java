package chasqui.mailbox.store.portable;

import chasqui.store.v1.DataSetRow;
import chasqui.store.v1.ExportedRow;
import chasqui.store.v1.ImportProgress;
import java.util.List;
import java.util.Optional;

/// An empty store, or one with an unfinished import. Nobody opens it as a data set before {@link #finish}.
public interface DataSetTarget extends AutoCloseable {

  /// How many slots a node is configured for that will open it.
  int slots();

  /// The newest schema that this version knows.
  int schemaMax();

  /// How far an earlier import came, if one was begun and not finished.
  Optional<ImportProgress> begun();

  /// Stores rows and, with or after them and never before, how far the import has come. Durable when it returns.
  void store(List<ExportedRow> rows, ImportProgress progress) throws PortableException;

  /// Makes it a data set.
  void finish(DataSetRow dataSet) throws PortableException;

  @Override
  void close();
}
