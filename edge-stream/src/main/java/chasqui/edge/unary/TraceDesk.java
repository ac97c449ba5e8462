package chasqui.edge.unary;

import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.trace.v1.EntryTraced;
import chasqui.trace.v1.TraceDeliveryRequest;
import chasqui.trace.v1.TraceDeliveryResponse;
import chasqui.trace.v1.TraceEntry;
import chasqui.trace.v1.TraceQuery;
import chasqui.trace.v1.TracedUser;
import java.time.InstantSource;
import java.util.function.Consumer;

/// Traces entries: asks the owner what is stored, then routers and edges what they know of the readers' devices. Never blocks.
final class TraceDesk {

  /// Asks an owner; a refusal is told elsewhere.
  @FunctionalInterface
  interface Owner {
    void ask(MailboxRequest.Builder request, Consumer<MailboxResponse> then);
  }

  private final TraceQueries queries;
  private final InstantSource wall;

  TraceDesk(TraceQueries queries, InstantSource wall) {
    this.queries = queries;
    this.wall = wall;
  }

  void trace(TraceDeliveryRequest request, Owner owner, Consumer<TraceDeliveryResponse> then) {
    TraceEntry.Builder entry = TraceEntry.newBuilder()
        .setConversationId(request.getConversationId()).setSeq(request.getSeq()).addAllUserIds(request.getUserIdsList());
    owner.ask(MailboxRequest.newBuilder().setTraceEntry(entry), response -> {
      EntryTraced stored = response.getEntryTraced();
      TraceQuery query = TraceQuery.newBuilder()
          .setConversationId(request.getConversationId()).setSeq(request.getSeq())
          .addAllUserIds(stored.getUsersList().stream().map(TracedUser::getUserId).toList()).build();
      queries.ask(query, answers ->
          then.accept(new TraceReport(request.getSeq(), stored, wall.millis() * 1_000).of(response.getEpoch(), answers)));
    });
  }
}
