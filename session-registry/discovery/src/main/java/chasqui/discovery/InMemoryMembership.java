package chasqui.discovery;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The membership of nodes that share one process.
public final class InMemoryMembership implements Membership {

  private final ViewBoard board = new ViewBoard();

  @Override
  public MembershipView view() {
    return board.view();
  }

  @Override
  public void announce(NodeRecord node) {
    board.change(nodes -> Stream.concat(others(nodes, node.nodeId()), Stream.of(node)).toList());
  }

  @Override
  public void withdraw(String nodeId) {
    board.change(nodes -> others(nodes, nodeId).toList());
  }

  @Override
  public Subscription subscribe(Consumer<MembershipView> listener) {
    return board.subscribe(listener);
  }

  @Override
  public void close() {
    board.close();
  }

  private static Stream<NodeRecord> others(List<NodeRecord> nodes, String nodeId) {
    return nodes.stream().filter(node -> !node.nodeId().equals(nodeId));
  }
}
