package chasqui.client;

import chasqui.history.v1.Direction;
import chasqui.history.v1.FetchHistoryRequest;
import chasqui.history.v1.FetchHistoryResponse;
import chasqui.history.v1.HistoryServiceGrpc;
import chasqui.history.v1.HistoryView;
import java.util.concurrent.CompletableFuture;

/// Reads the log of a conversation: entry by entry as they were committed, or folded, messages as later edits, deletions,
/// reactions and pins have made them. A failed future holds a [ChasquiException].
public final class History {
  private final UnaryCalls calls;

  History(UnaryCalls calls) {
    this.calls = calls;
  }

  /// The newest messages and events, folded, ascending. Changes count as entries: a page may hold fewer.
  public CompletableFuture<FetchHistoryResponse> newestFolded(String conversationId, int entries) {
    return foldedBefore(conversationId, 0, entries);
  }

  /// Messages and events older than `seq` (the newest ones if 0), folded, ascending.
  public CompletableFuture<FetchHistoryResponse> foldedBefore(String conversationId, long seq, int entries) {
    return fetch(conversationId, seq, Direction.DIRECTION_BACKWARD, entries, HistoryView.HISTORY_VIEW_FOLDED);
  }

  /// The newest entries, ascending.
  public CompletableFuture<FetchHistoryResponse> newest(String conversationId, int entries) {
    return before(conversationId, 0, entries);
  }

  /// Entries older than `seq` (the newest ones if 0), ascending.
  public CompletableFuture<FetchHistoryResponse> before(String conversationId, long seq, int entries) {
    return fetch(conversationId, seq, Direction.DIRECTION_BACKWARD, entries, HistoryView.HISTORY_VIEW_RAW);
  }

  /// Entries newer than `seq`, ascending.
  public CompletableFuture<FetchHistoryResponse> after(String conversationId, long seq, int entries) {
    return fetch(conversationId, seq, Direction.DIRECTION_FORWARD, entries, HistoryView.HISTORY_VIEW_RAW);
  }

  private CompletableFuture<FetchHistoryResponse> fetch(
      String conversationId, long seq, Direction direction, int entries, HistoryView view) {
    var request = FetchHistoryRequest.newBuilder()
        .setConversationId(conversationId)
        .setFromSeq(seq)
        .setDirection(direction)
        .setPageSize(entries)
        .setView(view)
        .build();
    return calls.call(HistoryServiceGrpc.getFetchHistoryMethod(), request);
  }
}
