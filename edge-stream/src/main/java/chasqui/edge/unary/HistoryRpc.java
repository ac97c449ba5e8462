package chasqui.edge.unary;

import chasqui.history.v1.Direction;
import chasqui.history.v1.FetchHistoryRequest;
import chasqui.history.v1.FetchHistoryResponse;
import chasqui.history.v1.HistoryServiceGrpc;
import chasqui.history.v1.HistoryView;
import chasqui.log.fold.Folding;
import chasqui.mailbox.v1.ChangesRead;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.RangeRead;
import chasqui.mailbox.v1.ReadChanges;
import chasqui.mailbox.v1.ReadRange;
import io.grpc.stub.StreamObserver;

/// Pages of a conversation's log: as it is, or folded. Folding takes a second read, of what changed the messages of the
/// page; where that one is bounded, the page ends earlier.
final class HistoryRpc extends HistoryServiceGrpc.HistoryServiceImplBase {

  private static final int PAGE_DEFAULT = 100;
  private static final int PAGE_BYTES_MAX = 1 << 20;

  private final Calls calls;

  HistoryRpc(Calls calls) {
    this.calls = calls;
  }

  @Override
  public void fetchHistory(FetchHistoryRequest request, StreamObserver<FetchHistoryResponse> observer) {
    boolean forward = request.getDirection() == Direction.DIRECTION_FORWARD;
    // A position is unsigned on the wire; beyond the signed range there is nothing.
    long from = request.getFromSeq() < 0 ? Long.MAX_VALUE : request.getFromSeq();
    ReadRange.Builder range = ReadRange.newBuilder()
        .setConversationId(request.getConversationId())
        .setAfter(forward ? from : 0)
        .setUpto(forward || from == 0 ? Long.MAX_VALUE : from - 1)
        .setEntriesMax(request.getPageSize() == 0 ? PAGE_DEFAULT : request.getPageSize())
        .setBytesMax(PAGE_BYTES_MAX)
        .setNewestFirst(!forward);
    boolean raw = request.getView() == HistoryView.HISTORY_VIEW_RAW;
    calls.beginAbout(observer, call -> call.ask(MailboxRequest.newBuilder().setReadRange(range), response -> {
      RangeRead read = response.getRangeRead();
      if (raw) {
        call.reply(page(read, read.getAfter(), read.getUpto(), forward).addAllEntries(read.getEntriesList()).build());
      } else {
        fold(call, read, forward);
      }
    }));
  }

  private static void fold(Calls.Call<FetchHistoryResponse> call, RangeRead read, boolean forward) {
    ReadChanges.Builder changes = ReadChanges.newBuilder()
        .setConversationId(read.getConversationId())
        .setAfter(read.getAfter())
        .setUpto(read.getUpto())
        .setChangesUpto(read.getHead())
        .setNewestFirst(!forward);
    call.ask(MailboxRequest.newBuilder().setReadChanges(changes), response -> {
      ChangesRead changed = response.getChangesRead();
      // The store may have known less of one end; never more.
      long after = Math.max(read.getAfter(), changed.getAfter());
      long upto = Math.min(read.getUpto(), changed.getUpto());
      call.reply(page(read, after, upto, forward)
          .addAllFolded(Folding.fold(read.getEntriesList(), changed.getChangesList(), after, upto))
          .setFoldedUpto(read.getHead())
          .build());
    });
  }

  /// What is told beside the entries of a page that covers `(after, upto]`.
  private static FetchHistoryResponse.Builder page(RangeRead read, long after, long upto, boolean forward) {
    long next;
    if (forward) {
      next = upto < read.getHead() && upto > after ? upto : 0;
    } else {
      // Exclusive as well: what is covered ends after `after`.
      next = after > 0 && read.getEntriesCount() > 0 ? after + 1 : 0;
    }
    return FetchHistoryResponse.newBuilder()
        .setGeneration(read.getGeneration())
        .setHead(read.getHead())
        .setNextFromSeq(next);
  }
}
