package chasqui.drills.mesh.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MeshMapTest {

  @Test
  void theMapHasALineForEachPart() {
    List<String> lines = MeshMap.lines(List.of(
        new Backing("etcd-1", "etcd", () -> 12, Map.of("edge", "127.0.0.1:2379")),
        new Backing("edge-1", "edge", () -> 4567, Map.of("edge", "127.0.0.1:7411", "ops", "127.0.0.1:9", "internal", "127.0.0.1:8"))));
    assertEquals(List.of(
        "role  node    pid   clients         internal     operators",
        "etcd  etcd-1  12    127.0.0.1:2379  -            -",
        "edge  edge-1  4567  127.0.0.1:7411  127.0.0.1:8  127.0.0.1:9"), lines);
  }

  @Test
  void whatCannotBeIsRefused() {
    Topology.Store embedded = Topology.Store.EMBEDDED;
    assertThrows(IllegalArgumentException.class, () -> new Topology(1, 1, 2, 1, 1, embedded, false, false));
    assertThrows(IllegalArgumentException.class, () -> new Topology(0, 1, 1, 1, 1, embedded, false, false));
    assertThrows(IllegalArgumentException.class, () -> new Topology(1, 1, 1, 1, 2, embedded, false, false));
    List<String> ids = new Topology(2, 1, 1, 1, 1, embedded, false, false).nodes().stream().map(Topology.NodeName::id).toList();
    assertEquals(List.of("mailbox-1", "registry-1", "router-1", "edge-1", "edge-2"), ids);
  }

  @Test
  void samplesAreAddedByName() {
    Metrics metrics = Metrics.parse("""
        # TYPE a_total counter
        a_total{role="x"} 2.0
        a_total{role="y"} 3
        a_total_more 7
        b 1e3
        c NaN
        """);
    assertEquals(5, metrics.sum("a_total"));
    assertEquals(3, metrics.sum("a_total", labels -> labels.contains("y")));
    assertEquals(1000, metrics.sum("b"));
    assertEquals(0, metrics.sum("c"));
    Metrics labelled = Metrics.parse("r_total{role=\"mailbox\",table=\"log\"} 2\nr_total{table=\"log\",x=\"y\"} 3\nr_total{table=\"id\"} 1\n");
    assertEquals(Map.of("log", 5.0, "id", 1.0), labelled.by("r_total", "table"));
    assertTrue(Metrics.parse("").values().isEmpty());
  }
}
