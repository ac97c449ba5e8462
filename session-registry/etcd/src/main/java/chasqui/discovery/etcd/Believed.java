package chasqui.discovery.etcd;

import chasqui.discovery.NodeRecord;
import chasqui.discovery.NodeState;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which nodes are believed to be there.
///
/// etcd's word that a node came, changed or was replaced is taken as it is. That a record is *missing* is a question, not
/// an answer: etcd may have been emptied, or the node may have lost its lease without being dead, and what follows from a
/// node's absence (slots that move, links that end) must not follow from that. A node whose record is missing is
/// suspected: it stays as it was, and is asked. It is gone when it fails to answer twice in a row. Only a node that had
/// said that it was leaving is gone with its record.
///
/// One thread at a time.
final class Believed {

  static final int MISSES_MAX = 2;

  private static final Logger LOG = LoggerFactory.getLogger(Believed.class);

  private static final class Doubt {
    final NodeRecord node;
    int misses;

    Doubt(NodeRecord node) {
      this.node = node;
    }
  }

  private final Map<String, NodeRecord> registered = new HashMap<>();
  private final Map<String, Doubt> suspected = new HashMap<>();

  /// All that is registered now; true where that is something else than was known.
  boolean registered(Collection<NodeRecord> all) {
    boolean changed = false;
    Set<String> missing = new HashSet<>(registered.keySet());
    all.forEach(node -> missing.remove(node.nodeId()));
    for (String nodeId : missing) {
      changed |= unregistered(nodeId);
    }
    for (NodeRecord node : all) {
      changed |= registered(node);
    }
    return changed;
  }

  /// A node registered, or says something else of itself.
  boolean registered(NodeRecord node) {
    suspected.remove(node.nodeId());
    return !node.equals(registered.put(node.nodeId(), node));
  }

  /// A record is missing.
  boolean unregistered(String nodeId) {
    NodeRecord node = registered.remove(nodeId);
    if (node == null) {
      return false;
    }
    if (node.state() != NodeState.DRAINING) {
      LOG.warn("the record of node {} is missing in etcd; the node is asked", nodeId);
      suspected.put(nodeId, new Doubt(node));
    }
    return true;
  }

  /// A suspected node was asked. What is known of another life of it does not count.
  void asked(NodeRecord node, boolean answered) {
    Doubt doubt = suspected.get(node.nodeId());
    if (doubt == null || !doubt.node.isSameLife(node)) {
      return;
    }
    doubt.misses = answered ? 0 : doubt.misses + 1;
    if (doubt.misses >= MISSES_MAX) {
      LOG.warn("node {} does not answer and is taken for gone", node.nodeId());
      suspected.remove(node.nodeId());
    }
  }

  /// Nothing is known of that node, as if it had never been there.
  void forget(String nodeId) {
    registered.remove(nodeId);
    suspected.remove(nodeId);
  }

  /// Those to be asked.
  List<NodeRecord> suspected() {
    return suspected.values().stream().map(doubt -> doubt.node).toList();
  }

  /// Those believed to be there.
  List<NodeRecord> nodes() {
    return Stream.concat(registered.values().stream(), suspected().stream()).toList();
  }
}
