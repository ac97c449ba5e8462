package chasqui.mailbox.store.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Loads RocksDB's native code, before any class of it is touched.
final class NativeLibrary {
  private static final Logger log = LoggerFactory.getLogger(NativeLibrary.class);

  private NativeLibrary() {}

  /// Unpacks the library into `folder`, which is overwritten at the next start. By default each process would leave another
  /// 17 MB in the temporary folder whenever it is killed.
  static void load(Path folder) throws IOException {
    Files.createDirectories(folder);
    try {
      NativeLibraryLoader.getInstance().loadLibrary(folder.toString());
    } catch (UnsatisfiedLinkError e) {
      // A data disk may forbid to execute from it.
      log.warn("RocksDB's library cannot be loaded from {}; trying the temporary folder", folder, e);
    }
    RocksDB.loadLibrary();
  }
}
