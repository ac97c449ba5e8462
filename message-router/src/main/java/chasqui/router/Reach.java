package chasqui.router;

import chasqui.discovery.NodeRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Which of the ready nodes of a role cannot be reached, by the evidence of links: nothing came of the node for more than a
/// second, or two links to it in a row ended before they were answered.
///
/// A link that is merely open proves nothing: the machine of a paused process takes connections for it. Guarded by its
/// user.
final class Reach {

  static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int REFUSALS = 2;

  private static final class Contact {
    final NodeRecord node;
    boolean answering;
    long silentSinceNanos;
    int refusals;

    Contact(NodeRecord node, long nowNanos) {
      this.node = node;
      this.silentSinceNanos = nowNanos;
    }

    boolean isLost(long nowNanos) {
      return !answering && (nowNanos - silentSinceNanos > SILENT_NANOS || refusals >= REFUSALS);
    }
  }

  private final Map<String, Contact> contacts = new HashMap<>();

  /// The ready nodes; each new one has a second to be reached in.
  void ready(List<NodeRecord> nodes, long nowNanos) {
    Set<String> ids = new HashSet<>();
    for (NodeRecord node : nodes) {
      ids.add(node.nodeId());
      Contact known = contacts.get(node.nodeId());
      if (known == null || !known.node.isSameLife(node)) {
        contacts.put(node.nodeId(), new Contact(node, nowNanos));
      }
    }
    contacts.keySet().retainAll(ids);
  }

  /// A node answered on a link that was silent so far.
  void answered(NodeRecord node) {
    Contact contact = of(node);
    if (contact != null) {
      contact.answering = true;
      contact.refusals = 0;
    }
  }

  /// The link to a node broke.
  ///
  /// @param answered whether the node had answered on it
  void broken(NodeRecord node, boolean answered, long nowNanos) {
    Contact contact = of(node);
    if (contact == null) {
      return;
    }
    if (answered) {
      contact.answering = false;
      contact.silentSinceNanos = nowNanos;
      contact.refusals = 0;
    } else if (!contact.answering) {
      contact.refusals++;
    }
  }

  boolean isLost(NodeRecord node, long nowNanos) {
    Contact contact = of(node);
    return contact != null && contact.isLost(nowNanos);
  }

  private Contact of(NodeRecord node) {
    Contact contact = contacts.get(node.nodeId());
    return contact != null && contact.node.isSameLife(node) ? contact : null;
  }
}
