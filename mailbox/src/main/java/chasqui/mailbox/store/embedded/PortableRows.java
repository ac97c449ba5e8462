package chasqui.mailbox.store.embedded;

import chasqui.log.fold.Changes;
import chasqui.log.v1.Entry;
import chasqui.store.v1.ConversationRow;
import chasqui.store.v1.CounterRow;
import chasqui.store.v1.DeviceRow;
import chasqui.store.v1.ExportedConversation;
import chasqui.store.v1.ExportedCounter;
import chasqui.store.v1.ExportedCursor;
import chasqui.store.v1.ExportedDevice;
import chasqui.store.v1.ExportedEntry;
import chasqui.store.v1.ExportedId;
import chasqui.store.v1.ExportedJoined;
import chasqui.store.v1.ExportedMark;
import chasqui.store.v1.ExportedMembership;
import chasqui.store.v1.ExportedRow;
import chasqui.store.v1.ExportedUser;
import chasqui.store.v1.ExportedWatermark;
import chasqui.store.v1.IdRow;
import chasqui.store.v1.MembershipRow;
import chasqui.store.v1.UserRow;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;

/// Rows of the column families as they are exported, and back.
final class PortableRows {
  private final Key key = new Key();

  /// @throws InvalidProtocolBufferException if the value cannot be parsed
  static ExportedRow exported(Column column, byte[] key, byte[] value) throws InvalidProtocolBufferException {
    KeyParts parts = new KeyParts(key);
    ExportedRow.Builder row = ExportedRow.newBuilder();
    return switch (column) {
      case CONVERSATION -> row.setConversation(ExportedConversation.newBuilder()
          .setConversationId(parts.lastName()).setRow(ConversationRow.parseFrom(value))).build();
      case LOG -> row.setEntry(entry(parts, value)).build();
      case CHANGE -> row.setChange(entry(parts, value)).build();
      case MEMBERSHIP -> row.setMembership(ExportedMembership.newBuilder()
          .setConversationId(parts.name()).setRow(MembershipRow.parseFrom(value))).build();
      case COUNTER -> row.setCounter(ExportedCounter.newBuilder().setConversationId(parts.name()).setRow(
          CounterRow.newBuilder().setUserId(parts.name()).setDeviceId(parts.lastName()).setCounter(number(value)))).build();
      case ID -> row.setId(ExportedId.newBuilder().setConversationId(parts.name()).setRow(IdRow.newBuilder()
          .setUserId(parts.name()).setDeviceId(parts.name()).setCounted(parts.octet() == 1)
          .setClientMessageId(ByteString.copyFrom(parts.rest())).setSeq(number(value)))).build();
      case JOINED -> row.setJoined(ExportedJoined.newBuilder().setUserId(parts.name()).setStampMicros(parts.number())
          .setConversationId(parts.lastName()).setJoinSeq(number(value))).build();
      case MARK -> row.setMark(ExportedMark.newBuilder()
          .setSpan(parts.day()).setUserId(parts.name()).setConversationId(parts.lastName())).build();
      case LASTING_MARK -> row.setLastingMark(ExportedMark.newBuilder()
          .setUserId(parts.name()).setSpan(parts.invertedPeriod()).setConversationId(parts.lastName())).build();
      case CURSOR -> row.setCursor(cursor(parts, ByteBuffer.wrap(value))).build();
      case WATERMARK -> watermark(parts, ByteBuffer.wrap(value));
      case USER -> user(parts, value);
      case DATA_SET -> throw new IllegalArgumentException("what the data set says of itself is in the header");
    };
  }

  private static ExportedEntry.Builder entry(KeyParts parts, byte[] value) throws InvalidProtocolBufferException {
    return ExportedEntry.newBuilder().setConversationId(parts.name()).setEntry(Entry.parseFrom(value));
  }

  private static ExportedCursor.Builder cursor(KeyParts parts, ByteBuffer value) {
    return ExportedCursor.newBuilder().setUserId(parts.name()).setDeviceId(parts.name())
        .setConversationId(parts.lastName()).setGeneration(value.getLong()).setAcked(value.getLong());
  }

  private static ExportedRow watermark(KeyParts parts, ByteBuffer value) {
    ExportedWatermark.Builder watermark = ExportedWatermark.newBuilder()
        .setConversationId(parts.name()).setUserId(parts.name()).setGeneration(value.getLong()).setSeq(value.getLong());
    if (parts.octet() == 'd') {
      return ExportedRow.newBuilder().setDelivered(watermark).build();
    }
    watermark.setJoinSeq(value.getLong()).setMessages(value.getLong()).setMentions(value.getLong());
    return ExportedRow.newBuilder().setRead(watermark).build();
  }

  private static ExportedRow user(KeyParts parts, byte[] value) throws InvalidProtocolBufferException {
    String userId = parts.name();
    ExportedRow.Builder row = ExportedRow.newBuilder();
    return parts.isAtEnd()
        ? row.setUser(ExportedUser.newBuilder().setUserId(userId).setRow(UserRow.parseFrom(value))).build()
        : row.setDevice(ExportedDevice.newBuilder().setUserId(userId).setRow(DeviceRow.parseFrom(value))).build();
  }

  /// Adds the row to a group.
  ///
  /// @throws IllegalArgumentException if it is none of a kind that this version knows
  void put(Group group, ExportedRow row) {
    switch (row.getRowCase()) {
      case CONVERSATION -> {
        ExportedConversation it = row.getConversation();
        group.put(Column.CONVERSATION, key.conversation(it.getConversationId()), it.getRow());
      }
      case ENTRY -> {
        ExportedEntry it = row.getEntry();
        group.put(Column.LOG, key.log(it.getConversationId(), it.getEntry().getSeq()), it.getEntry());
      }
      case CHANGE -> {
        Entry change = row.getChange().getEntry();
        group.put(Column.CHANGE,
            key.change(row.getChange().getConversationId(), Changes.targetOf(change), change.getSeq()), change);
      }
      case MEMBERSHIP -> {
        MembershipRow it = row.getMembership().getRow();
        group.put(Column.MEMBERSHIP,
            key.membership(row.getMembership().getConversationId(), it.getUserId(), it.getJoinSeq()), it);
      }
      case COUNTER -> {
        CounterRow it = row.getCounter().getRow();
        group.put(Column.COUNTER,
            key.counter(row.getCounter().getConversationId(), it.getUserId(), it.getDeviceId()), it.getCounter());
      }
      case ID -> putId(group, row.getId());
      case JOINED -> {
        ExportedJoined it = row.getJoined();
        group.put(Column.JOINED, key.joined(it.getUserId(), it.getStampMicros(), it.getConversationId()), it.getJoinSeq());
      }
      case MARK, LASTING_MARK -> putMark(group, row);
      case CURSOR -> {
        ExportedCursor it = row.getCursor();
        group.put(Column.CURSOR, key.cursor(it.getUserId(), it.getDeviceId(), it.getConversationId()),
            it.getGeneration(), it.getAcked());
      }
      case DELIVERED, READ -> putWatermark(group, row);
      case USER -> group.put(Column.USER, key.user(row.getUser().getUserId()), row.getUser().getRow());
      case DEVICE -> {
        ExportedDevice it = row.getDevice();
        group.put(Column.USER, key.device(it.getUserId(), it.getRow().getDeviceId()), it.getRow());
      }
      case ROW_NOT_SET -> throw new IllegalArgumentException("a row is of a kind that this version does not know");
    }
  }

  private void putId(Group group, ExportedId id) {
    IdRow it = id.getRow();
    byte[] bytes = it.getClientMessageId().toByteArray();
    group.put(Column.ID,
        key.id(id.getConversationId(), it.getUserId(), it.getDeviceId(), it.getCounted(), bytes), it.getSeq());
  }

  private void putMark(Group group, ExportedRow row) {
    if (row.hasMark()) {
      ExportedMark it = row.getMark();
      group.putEmpty(Column.MARK, key.mark(it.getSpan(), it.getUserId(), it.getConversationId()));
    } else {
      ExportedMark it = row.getLastingMark();
      group.putEmpty(Column.LASTING_MARK, key.lastingMark(it.getUserId(), it.getSpan(), it.getConversationId()));
    }
  }

  private void putWatermark(Group group, ExportedRow row) {
    if (row.hasDelivered()) {
      ExportedWatermark it = row.getDelivered();
      group.put(Column.WATERMARK, key.delivered(it.getConversationId(), it.getUserId()), it.getGeneration(), it.getSeq());
    } else {
      ExportedWatermark it = row.getRead();
      group.put(Column.WATERMARK, key.read(it.getConversationId(), it.getUserId()),
          it.getGeneration(), it.getSeq(), it.getJoinSeq(), it.getMessages(), it.getMentions());
    }
  }

  private static long number(byte[] value) {
    return ByteBuffer.wrap(value).getLong();
  }
}
