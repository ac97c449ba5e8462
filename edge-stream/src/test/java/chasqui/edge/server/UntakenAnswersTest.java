package chasqui.edge.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.unary.UnaryServices;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.error.v1.Reason;
import chasqui.history.v1.Direction;
import chasqui.history.v1.FetchHistoryRequest;
import chasqui.history.v1.FetchHistoryResponse;
import chasqui.history.v1.HistoryServiceGrpc;
import chasqui.history.v1.HistoryView;
import chasqui.status.Statuses;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Unary answers for a peer that grants no window, over real connections.
class UntakenAnswersTest {

  private static final int PAGE_BYTES = 1 << 20;
  private static final int NARROW = 1024;

  private EdgeRig rig;

  @BeforeEach
  void history() throws Exception {
    rig = new EdgeRig();
    for (int i = 0; i < 20; i++) {
      rig.owner.append("c", "x".repeat(60_000));
    }
  }

  @AfterEach
  void close() {
    rig.close();
  }

  /// A page of history that is read when the test says so.
  private static final class Page extends ClientCall.Listener<FetchHistoryResponse> {
    volatile FetchHistoryResponse answer;
    volatile Status ended;
    volatile Metadata trailers;
    private final ClientCall<FetchHistoryRequest, FetchHistoryResponse> call;

    Page(Channel channel, String user) {
      Metadata headers = new Metadata();
      headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + user);
      call = ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers))
          .newCall(HistoryServiceGrpc.getFetchHistoryMethod(), CallOptions.DEFAULT);
      call.start(this, new Metadata());
      call.sendMessage(FetchHistoryRequest.newBuilder()
          .setConversationId("c").setDirection(Direction.DIRECTION_FORWARD).setView(HistoryView.HISTORY_VIEW_RAW).build());
      call.halfClose();
    }

    Page read() {
      call.request(2);
      return this;
    }

    boolean isHeld() {
      return ended == null;
    }

    @Override
    public void onMessage(FetchHistoryResponse message) {
      answer = message;
    }

    @Override
    public void onClose(Status status, Metadata rest) {
      trailers = rest;
      ended = status;
    }
  }

  @Test
  void what_is_held_for_a_user_who_reads_nothing_is_bounded() throws Exception {
    Channel narrow = rig.overNetty(NARROW);
    List<Page> pages = Stream.generate(() -> new Page(narrow, "alice")).limit(60).toList();
    int heldMax = (int) (UnaryServices.Limits.USER_ANSWER_BYTES / PAGE_BYTES) + 1;
    // The client hears of a refusal before the server is done with it.
    TestClient.await("all but what is held to be refused, and a call to be open until its answer was taken", () -> {
      long now = pages.stream().filter(Page::isHeld).count();
      return now <= heldMax && rig.node.unary().callsOpen() == now && rig.node.unary().answerBytes() > (now - 1) * PAGE_BYTES;
    });
    List<Page> held = pages.stream().filter(Page::isHeld).toList();
    assertTrue(held.size() >= heldMax - 2, held.size() + " are held");
    for (Page refused : pages) {
      if (!held.contains(refused)) {
        assertEquals(Reason.REASON_OVERLOADED,
            Statuses.reasonOf(refused.ended.asRuntimeException(refused.trailers)).orElseThrow());
      }
    }
    assertEquals(held.size(), rig.node.unary().callsOpen());
    long bytes = rig.node.unary().answerBytes();
    assertTrue(bytes <= UnaryServices.Limits.USER_ANSWER_BYTES, bytes + " bytes");
    Page other = new Page(rig.overNetty(), "bob").read();
    TestClient.await("another user's page", () -> !other.isHeld());
    assertTrue(other.ended.isOk());
    held.forEach(Page::read);
    TestClient.await("all to be taken", () -> rig.node.unary().callsOpen() == 0 && rig.node.unary().answerBytes() == 0);
    TestClient.await("their ends", () -> held.stream().noneMatch(Page::isHeld));
    assertTrue(held.stream().allMatch(page -> page.ended.isOk() && page.answer.getEntriesCount() > 16));
  }

  @Test
  void what_is_not_taken_in_time_is_reset() throws Exception {
    rig.callMax = Duration.ofMillis(300);
    Channel narrow = rig.overNetty(NARROW);
    TestClient stream = TestClient.open(narrow).hello("alice", "phone", 1);
    stream.await(FrameCase.CAUGHT_UP);
    Page untaken = new Page(narrow, "alice");
    TestClient.await("an answer to be held", () -> rig.node.unary().answerBytes() > PAGE_BYTES / 2);
    TestClient.await("nothing to be held", () -> rig.node.unary().callsOpen() == 0 && rig.node.unary().answerBytes() == 0);
    untaken.read();
    TestClient.await("the end", () -> !untaken.isHeld());
    assertEquals(Status.Code.CANCELLED, untaken.ended.getCode());
    stream.send("c", "streams last");
    stream.await(FrameCase.SEND_ACCEPTED);
  }

  @Test
  void what_the_client_gives_up_is_let_go() throws Exception {
    Page untaken = new Page(rig.overNetty(NARROW), "alice");
    TestClient.await("an answer to be held", () -> rig.node.unary().answerBytes() > 0);
    untaken.call.cancel("the test goes away", null);
    TestClient.await("nothing to be held", () -> rig.node.unary().callsOpen() == 0 && rig.node.unary().answerBytes() == 0);
  }
}
