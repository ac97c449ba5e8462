package chasqui.drills.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Inputs as text: one a line, in hexadecimal; `#` begins a comment.
public final class Corpus {

  private Corpus() {}

  /// What the tree keeps for a target.
  public static List<byte[]> of(Targets target) {
    String name = target.word() + ".hex";
    try (InputStream file = Corpus.class.getResourceAsStream("corpus/" + name)) {
      return read(new String(file.readAllBytes(), StandardCharsets.US_ASCII).lines().toList());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  public static List<byte[]> read(List<String> lines) {
    return lines.stream().map(line -> line.replaceFirst("#.*", "").strip()).filter(line -> !line.isEmpty())
        .map(HexFormat.of()::parseHex).toList();
  }

  public static List<String> lines(List<byte[]> inputs) {
    return inputs.stream().map(HexFormat.of()::formatHex).toList();
  }

  /// Writes each input to a file of its own, as the fuzzer wants it.
  static void unpack(List<byte[]> inputs, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (int i = 0; i < inputs.size(); i++) {
      Files.write(folder.resolve(String.format(Locale.ROOT, "seed-%04d", i)), inputs.get(i));
    }
  }

  /// Reads what lies in a folder, the shortest first.
  static List<byte[]> pack(Path folder) throws IOException {
    List<byte[]> inputs = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        inputs.add(Files.readAllBytes(file));
      }
    }
    inputs.sort(Comparator.<byte[]>comparingInt(input -> input.length).thenComparing(Arrays::compare));
    return inputs;
  }
}
