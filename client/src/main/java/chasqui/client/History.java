package chasqui.client;

import chasqui.history.v1.Direction;
import chasqui.history.v1.FetchHistoryRequest;
import chasqui.history.v1.FetchHistoryResponse;
import chasqui.history.v1.HistoryServiceGrpc;
import java.util.concurrent.CompletableFuture;

/// Reads the log of a conversation. A failed future holds a [ChasquiException].
public final class History {
  private final UnaryCalls calls;

  History(UnaryCalls calls) {
    this.calls = calls;
  }

  /// The newest entries, ascending.
  public CompletableFuture<FetchHistoryResponse> newest(String conversationId, int entries) {
    return before(conversationId, 0, entries);
  }

  /// Entries older than `seq` (the newest ones if 0), ascending.
  public CompletableFuture<FetchHistoryResponse> before(String conversationId, long seq, int entries) {
    return fetch(conversationId, seq, Direction.DIRECTION_BACKWARD, entries);
  }

  /// Entries newer than `seq`, ascending.
  public CompletableFuture<FetchHistoryResponse> after(String conversationId, long seq, int entries) {
    return fetch(conversationId, seq, Direction.DIRECTION_FORWARD, entries);
  }

  private CompletableFuture<FetchHistoryResponse> fetch(
      String conversationId, long seq, Direction direction, int entries) {
    var request = FetchHistoryRequest.newBuilder()
        .setConversationId(conversationId)
        .setFromSeq(seq)
        .setDirection(direction)
        .setPageSize(entries)
        .build();
    return calls.call(HistoryServiceGrpc.getFetchHistoryMethod(), request);
  }
}
