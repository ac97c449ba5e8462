package chasqui.mailbox.store.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;

/// Loads RocksDB's native code, before any class of it is touched.
final class NativeLibrary {
  private NativeLibrary() {}

  /// Unpacks the library into `folder`, which is overwritten at the next start. By default each process would leave another
  /// 17 MB in the temporary folder whenever it is killed.
  static void load(Path folder) throws IOException {
    Files.createDirectories(folder);
    NativeLibraryLoader.getInstance().loadLibrary(folder.toString());
    RocksDB.loadLibrary();
  }
}
