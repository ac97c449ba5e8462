package chasqui.router;

import chasqui.discovery.NodeRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Which of the ready nodes of a role cannot be reached, by the evidence of links: its link is broken, or was never answered,
/// and nothing came of the node for more than a second longer than links may be quiet; or two links to it in a row ended
/// before they were answered.
///
/// A link that is merely open proves nothing: the machine of a paused process takes connections for it. Guarded by its
/// user.
final class Reach {

  static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(1);
  // Nothing need come of a link in this time that all is well with: only then is it probed.
  static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);
  // A node that has not answered since it was ready may be slow to begin: it is routed around like any other, but what says
  // so is evidence for a takeover only after this time.
  static final long BEGINS_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int REFUSALS = 2;

  private static final class Contact {
    final NodeRecord node;
    boolean answering;
    boolean hasAnswered;
    long silentSinceNanos;
    int refusals;

    Contact(NodeRecord node, long nowNanos) {
      this.node = node;
      this.silentSinceNanos = nowNanos;
    }

    boolean isLost(long nowNanos) {
      return isSilentFor(SILENT_NANOS, nowNanos);
    }

    boolean isReported(long nowNanos) {
      return isSilentFor(hasAnswered ? SILENT_NANOS : BEGINS_NANOS, nowNanos);
    }

    private boolean isSilentFor(long nanos, long nowNanos) {
      return !answering && (nowNanos - silentSinceNanos > nanos || refusals >= REFUSALS);
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
      contact.hasAnswered = true;
      contact.refusals = 0;
    }
  }

  /// A link on which the node had answered broke: one that ended for its silence has told enough.
  ///
  /// @param heardNanos when the last frame came
  void broken(NodeRecord node, long heardNanos, long nowNanos) {
    Contact contact = of(node);
    if (contact != null) {
      contact.answering = false;
      contact.silentSinceNanos = nowNanos - heardNanos > QUIET_NANOS ? heardNanos + QUIET_NANOS : nowNanos;
      contact.refusals = 0;
    }
  }

  /// A link ended before it was answered.
  void refused(NodeRecord node) {
    Contact contact = of(node);
    if (contact != null && !contact.answering) {
      contact.refusals++;
    }
  }

  boolean isLost(NodeRecord node, long nowNanos) {
    Contact contact = of(node);
    return contact != null && contact.isLost(nowNanos);
  }

  /// True if it is out of reach for so long that others are told.
  boolean isReported(NodeRecord node, long nowNanos) {
    Contact contact = of(node);
    return contact != null && contact.isReported(nowNanos);
  }

  private Contact of(NodeRecord node) {
    Contact contact = contacts.get(node.nodeId());
    return contact != null && contact.node.isSameLife(node) ? contact : null;
  }
}
