package chasqui.drills.sim.mesh;

import chasqui.discovery.NodeRecord;
import chasqui.discovery.NodeState;
import chasqui.discovery.Role;
import chasqui.discovery.Slots;
import chasqui.edge.session.RouterPort;
import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.testkit.sim.SimNode;
import chasqui.testkit.sim.SimRandom;
import java.util.Set;
import java.util.function.Consumer;

/// Hands requests in for whomever they name, again and again until there is an answer that stays, as a caller of the
/// unary services does.
public final class Clerk {
  private static final long RETRY_MAX_NANOS = 2_000_000_000L;

  private final SimNode node;
  private final SimRandom random;
  private final SimEdge desk;

  Clerk(Mesh mesh, SimNode node) {
    this.node = node;
    this.random = node.random().split("clerk");
    node.start(_ -> {});
    NodeRecord self = new NodeRecord("clerk", "clerk-1", "clerk", Set.of(Role.EDGE), NodeState.READY, "");
    this.desk = new SimEdge(
        node, self, mesh.views().viewOf(node), MeshNode.runtime(mesh, node), new Slots(mesh.settings().slots()),
        mesh.settings().sessions());
    node.execute(desk::start);
  }

  /// @param answered gets the answer, which is no passing refusal
  public void ask(MailboxRequest request, Consumer<MailboxResponse> answered) {
    node.execute(() -> attempt(request, answered));
  }

  private void attempt(MailboxRequest request, Consumer<MailboxResponse> answered) {
    RouterPort.Taken taken = desk.ask(request.toBuilder(), response -> {
      if (passes(response)) {
        later(request, answered);
      } else {
        answered.accept(response);
      }
    });
    if (taken != RouterPort.Taken.TAKEN) {
      later(request, answered);
    }
  }

  private void later(MailboxRequest request, Consumer<MailboxResponse> answered) {
    node.schedule(random.between(1_000_000, RETRY_MAX_NANOS), () -> attempt(request, answered));
  }

  private static boolean passes(MailboxResponse response) {
    Reason reason = response.getRefusal().getReason();
    return response.hasRefusal() && switch (reason) {
      case REASON_UNAVAILABLE, REASON_OVERLOADED, REASON_DEADLINE_EXCEEDED, REASON_OUTCOME_UNKNOWN, REASON_STORE_FULL,
          REASON_INTERNAL -> true;
      default -> false;
    };
  }
}
