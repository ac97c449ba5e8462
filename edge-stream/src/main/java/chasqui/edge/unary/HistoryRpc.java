package chasqui.edge.unary;

import chasqui.history.v1.Direction;
import chasqui.history.v1.FetchHistoryRequest;
import chasqui.history.v1.FetchHistoryResponse;
import chasqui.history.v1.HistoryServiceGrpc;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.RangeRead;
import chasqui.mailbox.v1.ReadRange;
import io.grpc.stub.StreamObserver;

/// Pages of a conversation's log.
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
    calls.begin(observer, call -> call.ask(
        MailboxRequest.newBuilder().setReadRange(range),
        response -> call.reply(page(response.getRangeRead(), forward))));
  }

  private static FetchHistoryResponse page(RangeRead read, boolean forward) {
    long next;
    if (forward) {
      next = read.getUpto() < read.getHead() && read.getUpto() > read.getAfter() ? read.getUpto() : 0;
    } else {
      // Exclusive as well: what is covered ends after `after`.
      next = read.getAfter() > 0 && read.getEntriesCount() > 0 ? read.getAfter() + 1 : 0;
    }
    return FetchHistoryResponse.newBuilder()
        .addAllEntries(read.getEntriesList())
        .setGeneration(read.getGeneration())
        .setHead(read.getHead())
        .setNextFromSeq(next)
        .build();
  }
}
