package chasqui.drills.faults.ground;

import chasqui.drills.fleet.NodeProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// What the node wrote since the row began: its log, and what its process said besides.
public final class NodeLog {

  private static final Pattern BUG = Pattern.compile(
      "^\\S+ ERROR .*|^\\s+at [\\w.$/@]+\\(.*|.*(?:Exception|Error) in thread .*|.*\\bException: .*");

  private final Path file;
  private final NodeProcess node;
  private long begin;
  private int said;

  NodeLog(Path file, NodeProcess node) {
    this.file = file;
    this.node = node;
  }

  /// From here on.
  void mark() {
    begin = size();
    said = node.errors().size();
  }

  /// Lines since the row began.
  public List<String> lines() {
    List<String> lines = new ArrayList<>(text(begin).lines().toList());
    List<String> errors = node.errors();
    lines.addAll(errors.subList(Math.min(said, errors.size()), errors.size()));
    return lines;
  }

  /// Everything since the node was started.
  public String all() {
    return text(0) + String.join("\n", node.errors());
  }

  /// Lines that only a bug writes: errors and stack traces.
  public List<String> bugs() {
    return lines().stream().filter(line -> BUG.matcher(line).matches()).toList();
  }

  private long size() {
    try {
      return Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private String text(long from) {
    try {
      if (!Files.exists(file)) {
        return "";
      }
      byte[] bytes = Files.readAllBytes(file);
      int offset = (int) Math.min(from, bytes.length);
      return new String(bytes, offset, bytes.length - offset, StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
