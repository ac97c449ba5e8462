package chasqui.mailbox.store.cql;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.oss.driver.api.core.metadata.NodeState;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Which server a request is sent to where that must not be left to the driver.
final class Coordinators {
  private final CqlSession session;
  private final String datacenter;

  Coordinators(CqlSession session, String datacenter) {
    this.session = session;
    this.datacenter = datacenter;
  }

  /// The servers of the data centre that the driver takes to be up, always in the same order.
  List<Node> up() {
    return session.getMetadata().getNodes().values().stream()
        .filter(node -> datacenter.equals(node.getDatacenter()) && node.getState() == NodeState.UP)
        .sorted(Comparator.comparing(node -> String.valueOf(node.getHostId())))
        .toList();
  }

  /// Sends it to one after the other as `attempt` rises; the driver would choose the same replica each time.
  BoundStatement another(BoundStatement statement, int attempt) {
    List<Node> up = up();
    return up.isEmpty() ? statement : statement.setNode(up.get(Math.floorMod(attempt, up.size())));
  }

  /// The one that takes changes of the schema: from whichever process they come, one server puts them in order.
  Optional<Node> first() {
    return up().stream().findFirst();
  }
}
