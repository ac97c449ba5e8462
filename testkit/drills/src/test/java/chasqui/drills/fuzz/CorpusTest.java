package chasqui.drills.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import chasqui.drills.sim.BugLog;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class CorpusTest {

  /// What the fuzzer once found worth keeping, without the fuzzer.
  @ParameterizedTest
  @EnumSource
  void no_input_of_the_tree_breaks_its_target(Targets kind) {
    BugLog.install();
    List<byte[]> inputs = Corpus.of(kind);
    Target target = kind.target(new Cost());
    inputs.forEach(target::take);
    assertFalse(inputs.isEmpty());
  }

  @Test
  void inputs_are_hexadecimal_lines_with_comments() {
    List<byte[]> inputs = Corpus.read(List.of("# found by hand", "00ff # two bytes", "", "7f"));
    assertEquals(2, inputs.size());
    assertArrayEquals(new byte[] {0, -1}, inputs.getFirst());
    assertEquals(List.of("00ff", "7f"), Corpus.lines(inputs));
  }

  @Test
  void a_folder_is_packed_with_the_shortest_first(@TempDir Path folder) throws Exception {
    Corpus.unpack(List.of(new byte[] {1, 2}, new byte[] {9}, new byte[] {3}), folder);
    assertEquals(List.of("03", "09", "0102"), Corpus.lines(Corpus.pack(folder)));
  }

  @Test
  void an_event_that_always_takes_too_much_memory_is_a_breach() {
    byte[][] kept = new byte[1][];
    assertThrows(Breach.class, () -> new Cost().bounded(() -> kept[0] = new byte[100 << 20]));
  }

  @Test
  void an_event_that_takes_too_much_once_is_the_machines() {
    int[] times = {0};
    byte[][] kept = new byte[1][];
    new Cost().bounded(() -> kept[0] = new byte[times[0]++ == 0 ? 100 << 20 : 1]);
    assertEquals(2, times[0]);
  }
}
