package chasqui.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class SimDiskTest {
  private final List<String> heard = new ArrayList<>();

  private SimWorld world;
  private SimNode node;
  private SimDisk<Integer> disk;

  private void begin(long seed) {
    world = new SimWorld(seed, Trace.silent(), UnaryOperator.identity());
    node = world.node("a");
    disk = world.disk(node);
    node.start(_ -> {});
    heard.clear();
  }

  private void write(int batch) {
    disk.write(batch, outcome -> heard.add(batch + " " + outcome));
  }

  private void pass(long millis) {
    world.scheduler().runFor(millis * 1_000_000);
  }

  @Test
  void whatWaitsIsSyncedTogetherAndInOrder() {
    begin(1);
    write(1);
    write(2);
    assertEquals(List.of(), disk.contents());
    pass(10);
    assertEquals(List.of("1 SYNCED", "2 SYNCED"), heard);
    assertEquals(List.of(1, 2), disk.contents());
  }

  @Test
  void aCrashKeepsEverythingSyncedAndAPrefixOfTheRest() {
    TreeSet<Integer> kept = new TreeSet<>();
    for (int seed = 0; seed < 50; seed++) {
      begin(seed);
      write(0);
      pass(10);
      write(1);
      write(2);
      write(3);
      node.crash(true);
      pass(10);
      List<Integer> contents = disk.contents();
      assertEquals(List.of(0, 1, 2, 3).subList(0, contents.size()), contents);
      assertEquals(List.of("0 SYNCED"), heard);
      kept.add(contents.size());
    }
    assertEquals(new TreeSet<>(List.of(1, 2, 3, 4)), kept);
  }

  @Test
  void theDiskServesTheNextIncarnation() {
    begin(1);
    write(1);
    node.crash(true);
    node.restart();
    List<Integer> before = disk.contents();
    write(7);
    pass(10);
    assertEquals(List.of("7 SYNCED"), heard);
    assertEquals(before.size() + 1, disk.contents().size());
  }

  @Test
  void aFullDiskRefusesAndRecovers() {
    begin(1);
    disk.full(true);
    write(1);
    pass(10);
    disk.full(false);
    write(2);
    pass(10);
    assertEquals(List.of("1 FULL", "2 SYNCED"), heard);
    assertEquals(List.of(2), disk.contents());
  }

  @Test
  void afterAFailedSyncNothingIsTakenUntilARestart() {
    begin(1);
    disk.failNextSync();
    write(1);
    pass(10);
    write(2);
    pass(10);
    assertEquals(List.of("1 FAILED", "2 FAILED"), heard);
    assertTrue(disk.contents().size() <= 1);
    node.crash(true);
    node.restart();
    write(3);
    pass(10);
    assertEquals("3 SYNCED", heard.getLast());
  }

  @Test
  void aSlowDiskAnswersLaterAndAPausedNodeHearsLater() {
    begin(1);
    disk.slow(1_000_000_000);
    write(1);
    pass(500);
    assertEquals(List.of(), heard);
    node.pause();
    pass(1000);
    assertEquals(List.of(1), disk.contents());
    assertEquals(List.of(), heard);
    node.resume();
    pass(1);
    assertEquals(List.of("1 SYNCED"), heard);
  }
}
