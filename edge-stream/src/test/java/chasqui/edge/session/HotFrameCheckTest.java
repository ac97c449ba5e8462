package chasqui.edge.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.v1.Ack;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.Send;
import chasqui.log.v1.Message;
import chasqui.log.v1.OpaqueContent;
import chasqui.log.v1.TextContent;
import com.google.protobuf.ByteString;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HotFrameCheckTest {

  private static final int[] SIZES = {0, 1, 2, 19, 20, 21, 63, 64, 65, 32, 33, 100, 101, 64_999, 65_000, 65_001};
  private static final String[] UNITS = {"a", "é", "€", "😀"};

  private final SchemaCheck schema = new SchemaCheck();
  private final HotFrameCheck hot = new HotFrameCheck(schema);
  private final SplittableRandom random = new SplittableRandom(7);

  @Test
  void agrees_with_the_schema_at_and_around_every_limit() {
    int fine = 0;
    int bad = 0;
    for (int i = 0; i < 4_000; i++) {
      ClientFrame frame = random.nextInt(4) == 0 ? ack() : send();
      String expected = schema.violation(frame);
      assertEquals(expected, hot.violation(frame), () -> "frame " + frame.getFrameCase());
      boolean quick = switch (frame.getFrameCase()) {
        case SEND -> hot.isFine(frame.getSend());
        default -> hot.isFine(frame.getAck());
      };
      assertEquals(expected == null, quick, "the quick answer is the schema's, not only the final one");
      fine += expected == null ? 1 : 0;
      bad += expected == null ? 0 : 1;
    }
    assertTrue(fine > 100 && bad > 100, fine + " fine, " + bad + " bad");
  }

  @Test
  void names_the_field_that_breaks_a_limit() {
    String violation = hot.violation(ClientFrame.newBuilder()
        .setSend(Send.newBuilder().setConversationId("c").setMessage(Message.newBuilder())).build());
    assertTrue(violation.startsWith("send.client_message_id: "), violation);
  }

  @Test
  void leaves_mentions_to_the_schema() {
    Send.Builder send = Send.newBuilder().setConversationId("c").setClientMessageId(ByteString.copyFrom(new byte[20]));
    send.getMessageBuilder().setText(TextContent.newBuilder().setText("hi")).addMentionedUsers("x".repeat(65));
    assertTrue(hot.violation(ClientFrame.newBuilder().setSend(send).build()).contains("mentioned_users"));
    send.getMessageBuilder().setMentionedUsers(0, "x");
    assertNull(hot.violation(ClientFrame.newBuilder().setSend(send).build()));
  }

  private ClientFrame send() {
    Send.Builder send = Send.newBuilder()
        .setConversationId(random.nextInt(3) == 0 ? text(65) : "c")
        .setClientMessageId(ByteString.copyFrom(new byte[random.nextInt(3) == 0 ? SIZES[random.nextInt(7)] : 20]));
    if (random.nextInt(10) > 0) {
      send.setMessage(random.nextBoolean()
          ? Message.newBuilder().setText(TextContent.newBuilder().setText(text(65_001)))
          : Message.newBuilder().setOpaque(OpaqueContent.newBuilder()
              .setCiphertext(ByteString.copyFrom(new byte[SIZES[random.nextInt(SIZES.length)]]))
              .setScheme(text(33))));
    }
    return ClientFrame.newBuilder().setSend(send).build();
  }

  private ClientFrame ack() {
    Ack.Builder ack = Ack.newBuilder();
    int count = new int[] {0, 1, 2, 100, 101}[random.nextInt(5)];
    for (int i = 0; i < count; i++) {
      ack.addPositions(Position.newBuilder().setConversationId(i == 0 ? text(65) : "c"));
    }
    return ClientFrame.newBuilder().setAck(ack).build();
  }

  /// A text whose UTF-8 form has one of the sizes, as near as its characters allow.
  private String text(int bytesMax) {
    int size = SIZES[random.nextInt(SIZES.length)];
    String unit = UNITS[random.nextInt(UNITS.length)];
    int unitBytes = unit.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    int bytes = Math.min(size, bytesMax);
    return unit.repeat(bytes / unitBytes) + "a".repeat(bytes % unitBytes);
  }
}
