package chasqui.drills.faults.rows;

import chasqui.edge.server.EdgeConfig;
import chasqui.edge.v1.Ack;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.Send;
import chasqui.log.v1.Message;
import chasqui.log.v1.TextContent;
import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Bytes in place of a frame, by what is wrong with them.
final class MalformedInputs {

  private static final int LIMIT = EdgeConfig.Server.DEFAULT.frameBytesMax();
  private static final int SEND = 2;
  private static final int LENGTH_DELIMITED = 2;
  private static final int START_GROUP = 3;
  private static final int END_GROUP = 4;

  /// Cut off, too long, surrogates, beyond Unicode.
  private static final List<byte[]> NO_UTF_8 = List.of(
      new byte[] {(byte) 0xC3}, new byte[] {(byte) 0xC0, (byte) 0xAF}, new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
      new byte[] {(byte) 0xF5, (byte) 0x80, (byte) 0x80, (byte) 0x80}, new byte[] {(byte) 0xFF, (byte) 0xFE});
  private static final String MUTATION = "mutation ";

  private MalformedInputs() {}

  /// Whether it is known what is wrong, so that the end of the stream has to say it. One who is still sending what is too
  /// large may see the reset before the status.
  static boolean wantsReason(String name, byte[] input) {
    return !name.startsWith(MUTATION) && input.length <= LIMIT;
  }

  /// Messages to a conversation that is there, all in order but for bytes in their text that are no UTF-8.
  static Map<String, byte[]> texts(String conversation) {
    String valid = "a text to be spoilt";
    byte[] send = ClientFrame.newBuilder().setSend(good().getSend().toBuilder().setConversationId(conversation)
        .setMessage(Message.newBuilder().setText(TextContent.newBuilder().setText(valid)))).build().toByteArray();
    Map<String, byte[]> inputs = new LinkedHashMap<>();
    for (byte[] bytes : NO_UTF_8) {
      inputs.put("invalid UTF-8 in a text, " + inputs.size(), replaced(send, valid, bytes));
    }
    return inputs;
  }

  /// @param mutations how many random ones to add
  static Map<String, byte[]> of(RandomGenerator random, int mutations) {
    Map<String, byte[]> inputs = new LinkedHashMap<>();
    inputs.put("an endless varint", filled(64, 0xFF));
    inputs.put("field number 0", new byte[] {0, 1});
    inputs.put("wire types that do not exist", new byte[] {0x0E, 0x0F, 0x16});
    inputs.put("the end of a group that did not begin", new byte[] {tag(9, END_GROUP)});
    inputs.put("groups within groups", filled(LIMIT, tag(9, START_GROUP)));
    inputs.put("groups within groups, closed", concat(filled(50_000, tag(9, START_GROUP)), filled(50_000, tag(9, END_GROUP))));
    inputs.put("a length beyond the frame", new byte[] {tag(SEND, LENGTH_DELIMITED), (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x7F});
    inputs.put("a negative length", new byte[] {tag(SEND, LENGTH_DELIMITED), (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F});
    inputs.put("messages within messages", nested());
    for (int part = 0; part < 16; part++) {
      // Together a million: one frame holds no more than its limit.
      inputs.put("unknown fields, part " + part, unknownFields(62_500));
    }
    inputs.put("a million unknown fields in one frame", unknownFields(1_000_000));
    inputs.put("a million packed enums", concat(new byte[] {0x0A, (byte) 0xFD, (byte) 0xFF, 7, 0x2A, (byte) 0xF9, (byte) 0xFF, 7}, new byte[LIMIT - 9]));
    invalidUtf8(inputs);
    byte[] good = good().toByteArray();
    inputs.put("a frame cut short", Arrays.copyOf(good, good.length - 3));
    inputs.put("a frame twice", concat(good, good));
    for (int i = 0; i < mutations; i++) {
      inputs.put(MUTATION + i, mutated(good, random));
    }
    return inputs;
  }

  private static ClientFrame good() {
    return ClientFrame.newBuilder()
        .setSend(Send.newBuilder().setConversationId("nowhere")
            .setClientMessageId(ByteString.copyFrom(filled(20, 1)))
            .setMessage(Message.newBuilder().setText(TextContent.newBuilder().setText("good")).addMentionedUsers("somebody")))
        .build();
  }

  /// Ids with bytes that are no UTF-8.
  private static void invalidUtf8(Map<String, byte[]> inputs) {
    // Long enough for each of the invalid sequences, which take the place of its first bytes.
    String valid = "conversation";
    byte[] send = ClientFrame.newBuilder().setSend(good().getSend().toBuilder().setConversationId(valid)).build().toByteArray();
    byte[] ack = ClientFrame.newBuilder()
        .setAck(Ack.newBuilder().addPositions(Position.newBuilder().setConversationId(valid).setSeq(1))).build().toByteArray();
    int number = 0;
    for (byte[] bytes : NO_UTF_8) {
      inputs.put("invalid UTF-8 in a send, " + number, replaced(send, valid, bytes));
      inputs.put("invalid UTF-8 in an ack, " + number++, replaced(ack, valid, bytes));
    }
  }

  /// The first bytes of a text, exchanged in place.
  private static byte[] replaced(byte[] frame, String text, byte[] by) {
    byte[] copy = frame.clone();
    int at = new String(frame, StandardCharsets.ISO_8859_1).indexOf(text);
    System.arraycopy(by, 0, copy, at, by.length);
    return copy;
  }

  private static byte[] nested() {
    byte[] inner = new byte[0];
    while (inner.length < 4_096) {
      ByteArrayOutputStream outer = new ByteArrayOutputStream(inner.length + 4);
      outer.write(tag(SEND, LENGTH_DELIMITED));
      int length = inner.length;
      while (length > 0x7F) {
        outer.write((length & 0x7F) | 0x80);
        length >>>= 7;
      }
      outer.write(length);
      outer.writeBytes(inner);
      inner = outer.toByteArray();
    }
    return inner;
  }

  private static byte[] unknownFields(int count) {
    byte[] fields = new byte[2 * count];
    for (int i = 0; i < fields.length; i += 2) {
      fields[i] = tag(15, 0);
      fields[i + 1] = 1;
    }
    return fields;
  }

  private static byte[] mutated(byte[] good, RandomGenerator random) {
    byte[] bytes = random.nextInt(4) == 0 ? new byte[1 + random.nextInt(300)] : good.clone();
    if (bytes.length != good.length) {
      random.nextBytes(bytes);
    }
    for (int i = 0; i <= random.nextInt(6); i++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  private static byte tag(int field, int wireType) {
    return (byte) (field << 3 | wireType);
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
