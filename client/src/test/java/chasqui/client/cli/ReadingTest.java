package chasqui.client.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.client.Frames;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.Receipt;
import chasqui.edge.v1.ReceiptKind;
import chasqui.edge.v1.ServerFrame;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What a chat reads, and shows of who read.
final class ReadingTest extends ChatRig {

  @Test
  void what_is_shown_to_a_person_is_read_and_a_reader_is_shown_once() throws Exception {
    attended = true;
    var ended = chatting("--with", "bob");
    var stream = edge.next();
    stream.send(Frames.welcome());
    stream.send(Frames.delivery(0, 2));
    stream.send(Frames.caughtUp());
    assertEquals(2, stream.await(ClientFrame::hasReadMark).getReadMark().getPosition().getSeq());
    stream.send(receipt("alice", ReceiptKind.RECEIPT_KIND_READ, 2));
    typed.write("well?\n");
    typed.flush();
    var send = stream.await(ClientFrame::hasSend).getSend();
    stream.send(Frames.accepted(send, 3));
    awaitShown("alice: well?");
    assertEquals(3, stream.await(ClientFrame::hasReadMark).getReadMark().getPosition().getSeq());
    stream.send(receipt("bob", ReceiptKind.RECEIPT_KIND_DELIVERED, 3));
    stream.send(receipt("bob", ReceiptKind.RECEIPT_KIND_READ, 2));
    stream.send(receipt("bob", ReceiptKind.RECEIPT_KIND_READ, 3));
    stream.send(receipt("bob", ReceiptKind.RECEIPT_KIND_READ, 3));
    awaitShown("-- bob has read it");
    typed.write("/read\n");
    typed.close();
    awaitShown("-- bob has read up to #2, received up to #3");
    assertEquals(0, ended.get(20, TimeUnit.SECONDS));
    assertEquals(1, shown().lines().filter(line -> line.contains("has read it")).count());
  }

  /// What was read while nobody chatted here is told when the stream begins, before anything is on the screen.
  @Test
  void a_reader_of_before_is_shown_once_the_message_is() throws Exception {
    attended = true;
    var ended = chatting("--with", "bob");
    var stream = edge.next();
    stream.send(Frames.welcome());
    stream.send(receipt("bob", ReceiptKind.RECEIPT_KIND_READ, 3));
    stream.send(Frames.delivery(0, 2));
    stream.send(Frames.delivered(Frames.entry(3).toBuilder().setSenderUser("alice").build()));
    stream.send(Frames.caughtUp());
    awaitShown("-- bob has read it");
    typed.close();
    assertEquals(0, ended.get(20, TimeUnit.SECONDS));
  }

  @Test
  void a_script_reads_when_it_says_so_and_gets_receipts_as_lines() throws Exception {
    var ended = chatting("--with", "bob", "--json");
    var stream = edge.welcomed();
    stream.send(Frames.delivery(0, 2));
    stream.send(receipt("bob", ReceiptKind.RECEIPT_KIND_DELIVERED, 2));
    awaitShown("{\"type\":\"receipt\",\"user\":\"bob\",\"kind\":\"delivered\",\"seq\":2}");
    assertTrue(stream.received.stream().noneMatch(ClientFrame::hasReadMark));
    typed.write("/read\n");
    typed.flush();
    assertEquals(2, stream.await(ClientFrame::hasReadMark).getReadMark().getPosition().getSeq());
    stream.send(receipt("alice", ReceiptKind.RECEIPT_KIND_READ, 2));
    awaitShown("{\"type\":\"unread\",\"read_seq\":2,\"messages\":0,\"mentions\":0}");
    typed.close();
    assertEquals(0, ended.get(20, TimeUnit.SECONDS));
  }

  private static ServerFrame receipt(String user, ReceiptKind kind, long seq) {
    return ServerFrame.newBuilder()
        .setReceipt(Receipt.newBuilder().setUserId(user).setKind(kind).setPosition(Position.newBuilder()
            .setConversationId(Frames.CONVERSATION).setGeneration(Frames.GENERATION).setSeq(seq)))
        .build();
  }
}
