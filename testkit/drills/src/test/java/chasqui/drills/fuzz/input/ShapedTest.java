package chasqui.drills.fuzz.input;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.drills.faults.wire.ClientApi;
import chasqui.edge.v1.Ack;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Heartbeat;
import chasqui.edge.v1.Position;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ShapedTest {

  private static final int BYTES_MAX = 10_000;

  private final Shaped shaped = new Shaped(new Hints(Hints.Known.NOTHING), BYTES_MAX);

  private byte[] frame(int... choices) {
    byte[] bytes = new byte[choices.length];
    for (int i = 0; i < choices.length; i++) {
      bytes[i] = (byte) choices[i];
    }
    return shaped.message(ClientFrame.getDescriptor(), new Choices(bytes));
  }

  @Test
  void choices_are_field_numbers_and_values() {
    byte[] expected = ClientFrame.newBuilder()
        .setAck(Ack.newBuilder().addPositions(Position.newBuilder().setConversationId("group").setSeq(5))).build().toByteArray();
    assertArrayEquals(expected, frame(3, 1, 1, 0, 3, 5, 0, 0));
  }

  @Test
  void a_long_number_and_a_hint() throws Exception {
    assertEquals(0x0102, ClientFrame.parseFrom(frame(8, 1, 0x81, 1, 2)).getHeartbeat().getNonce());
    assertEquals(1L << 60, ClientFrame.parseFrom(frame(8, 1, 64 + 12)).getHeartbeat().getNonce());
  }

  @Test
  void a_field_is_repeated_until_the_message_is_full() throws Exception {
    byte[] many = frame(3, 1, 1, 0, 0, 31, 15, 0);
    assertTrue(ClientFrame.parseFrom(many).getAck().getPositionsCount() > 1_000);
    assertTrue(many.length < BYTES_MAX + 20);
  }

  @Test
  void what_is_written_may_be_unlawful() {
    // Hint 18 is the first that is no UTF-8.
    assertThrows(InvalidProtocolBufferException.class, () -> ClientFrame.parseFrom(frame(5, 1, 18)));
    // A group that begins and does not end.
    assertThrows(InvalidProtocolBufferException.class, () -> ClientFrame.parseFrom(frame(30, 14, 3, 3)));
  }

  @Test
  void unknown_fields_stand_beside_known_ones() throws Exception {
    assertEquals(Heartbeat.newBuilder().setNonce(7).build(),
        ClientFrame.parseFrom(frame(30, 14, 0, 1, 8, 1, 7)).getHeartbeat());
  }

  @Test
  void any_bytes_are_an_input() {
    Random random = new Random(1);
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = new byte[random.nextInt(60)];
      random.nextBytes(bytes);
      assertTrue(shaped.message(ClientFrame.getDescriptor(), new Choices(bytes)).length < 2 * BYTES_MAX + 70_000);
    }
  }

  /// Higher ones mean something else here.
  @Test
  void no_field_of_a_client_has_a_number_above_29() {
    Set<Descriptor> seen = new HashSet<>();
    visit(ClientFrame.getDescriptor(), seen);
    ClientApi.methods().forEach(method -> visit(
        ((Message) ((PrototypeMarshaller<?>) method.getRequestMarshaller()).getMessagePrototype()).getDescriptorForType(), seen));
    for (Descriptor type : seen) {
      if (!type.getFile().getPackage().matches("chasqui[.](mailbox|router|registry|presence)[.]v1")) {
        type.getFields().forEach(field -> assertTrue(field.getNumber() < 30, field.getFullName()));
      }
    }
  }

  private static void visit(Descriptor type, Set<Descriptor> seen) {
    if (seen.add(type)) {
      type.getFields().stream().filter(field -> field.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
          .forEach(field -> visit(field.getMessageType(), seen));
    }
  }
}
