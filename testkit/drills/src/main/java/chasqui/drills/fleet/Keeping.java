package chasqui.drills.fleet;

import chasqui.testkit.process.TempDirs;

/// The end of a drill's folder.
public final class Keeping {

  private Keeping() {}

  /// Deletes the folder, or says where it is.
  public static void close(TempDirs folder, boolean keep) {
    if (keep) {
      System.err.println("-- kept: " + folder.root());
    } else {
      folder.close();
    }
  }
}
