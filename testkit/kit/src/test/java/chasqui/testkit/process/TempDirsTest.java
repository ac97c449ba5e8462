package chasqui.testkit.process;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TempDirsTest {
  @Test
  void goesAwayWithEverythingButWhatLinksPointAt(@TempDir Path elsewhere) throws IOException {
    Path kept = Files.writeString(elsewhere.resolve("kept"), "x");
    Path root;
    try (TempDirs folders = TempDirs.create("chasqui-test-")) {
      root = folders.root();
      assertNotEquals(folders.folder("one"), folders.folder("two"));
      Files.writeString(root.resolve("one/file"), "x");
      Files.createSymbolicLink(root.resolve("two/link"), elsewhere);
    }
    assertFalse(Files.exists(root));
    assertTrue(Files.exists(kept));
  }
}
