import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The house rules that a machine can check. `java testkit/bin/tidy/Tidy.java ROOT` prints each breach as
/// `path:line: rule: what`, then `tests N, failed M` where N counts the files it read.
class Tidy {
  /// One broken rule at one place.
  record Breach(String path, int line, String rule, String what) {}

  private static final Set<String> NOT_OURS = Set.of("target", "node_modules", "__pycache__");
  private static final Set<String> DOT_FOLDERS_OF_OURS = Set.of(".ci", ".mvn", ".github");
  private static final long FILE_BYTES_MAX = 512 * 1024;

  private final Path root;
  private final List<Breach> breaches = new ArrayList<>();
  private int files;

  private Tidy(Path root) {
    this.root = root;
  }

  public static void main(String[] arguments) throws IOException {
    var tidy = new Tidy(Path.of(arguments.length == 0 ? "." : arguments[0]).toAbsolutePath().normalize());
    List<Breach> left = Exceptions.read(tidy.root).apply(tidy.check());
    for (Breach breach : left) {
      System.out.println(breach.path() + ":" + breach.line() + ": " + breach.rule() + ": " + breach.what());
    }
    System.out.println("tests " + tidy.files + ", failed " + left.size());
    System.exit(left.isEmpty() ? 0 : 1);
  }

  private List<Breach> check() throws IOException {
    Files.walkFileTree(root, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
        String name = folder.getFileName().toString();
        boolean foreign = NOT_OURS.contains(name) || name.startsWith(".") && !DOT_FOLDERS_OF_OURS.contains(name);
        return foreign && !folder.equals(root) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        if (attributes.isRegularFile() && !file.getFileName().toString().equals(".git")) {
          checkFile(file, attributes.size());
        }
        return FileVisitResult.CONTINUE;
      }
    });
    return breaches;
  }

  private void checkFile(Path file, long bytes) throws IOException {
    String path = root.relativize(file).toString().replace('\\', '/');
    files++;
    if (bytes > FILE_BYTES_MAX) {
      breaches.add(new Breach(path, 1, "file-bytes", bytes + " bytes, at most " + FILE_BYTES_MAX));
      return;
    }
    byte[] content = Files.readAllBytes(file);
    if (isBinary(content)) {
      return;
    }
    String text = new String(content, java.nio.charset.StandardCharsets.UTF_8);
    breaches.addAll(TextRules.check(path, text));
    if (path.endsWith(".java")) {
      breaches.addAll(JavaRules.check(path, text));
    }
  }

  private static boolean isBinary(byte[] content) {
    for (int i = 0; i < Math.min(content.length, 4096); i++) {
      if (content[i] == 0) {
        return true;
      }
    }
    return false;
  }
}
