package chasqui.drills.mesh.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Who listens where, as a table for people.
public final class MeshMap {

  private static final List<String> HEADS = List.of("role", "node", "pid", "clients", "internal", "operators");

  private MeshMap() {}

  /// One line for each part, under a line of heads.
  public static List<String> lines(List<? extends MeshPart> parts) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADS);
    for (MeshPart part : parts) {
      Map<String, String> at = part.addresses();
      rows.add(List.of(
          part.kind(), part.id(), Long.toString(part.pid()), at.getOrDefault("edge", "-"), at.getOrDefault("internal", "-"),
          at.getOrDefault("ops", "-")));
    }
    return rows.stream().map(row -> line(row, widths(rows))).toList();
  }

  private static int[] widths(List<List<String>> rows) {
    int[] widths = new int[HEADS.size()];
    for (List<String> row : rows) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    return widths;
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      line.append(String.format(Locale.ROOT, "%-" + (widths[column] + 2) + "s", row.get(column)));
    }
    return line.toString().stripTrailing();
  }
}
