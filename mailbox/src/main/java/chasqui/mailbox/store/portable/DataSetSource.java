package chasqui.mailbox.store.portable;

import chasqui.store.v1.DataSetRow;
import chasqui.store.v1.ExportedRow;

/// A data set that nobody writes to while it is read.
public interface DataSetSource extends AutoCloseable {

  /// What it says of itself.
  DataSetRow dataSet();

  /// About how many rows it has.
  long rowsEstimated();

  /// Hands over all rows in the canonical order, marks that are expired left out.
  void read(RowSink sink) throws PortableException;

  @Override
  void close();

  /// Takes rows.
  @FunctionalInterface
  interface RowSink {
    void row(ExportedRow row) throws PortableException;
  }
}
