package chasqui.mailbox.store.cql;

import chasqui.log.fold.Changes;
import chasqui.log.v1.Entry;
import chasqui.mailbox.store.UserStore;
import chasqui.store.v1.CounterRow;
import chasqui.store.v1.ExportedCursor;
import chasqui.store.v1.ExportedDevice;
import chasqui.store.v1.ExportedJoined;
import chasqui.store.v1.ExportedMark;
import chasqui.store.v1.ExportedRow;
import chasqui.store.v1.ExportedWatermark;
import chasqui.store.v1.IdRow;
import chasqui.store.v1.MembershipRow;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/// Writes rows of an export. Timestamps are those that the rows' own writers give, where the row tells: the stamp of an entry
/// and of a conversation, the position of cursors and watermarks. The others get {@link #FIRST}, which everything that is
/// written later is above: nobody has written to these tables before.
final class PortableWrites {
  static final long FIRST = 1;

  private final InstantSource clock;
  private final Query log;
  private final Query change;
  private final Query changeBucket;
  private final Query conversation;
  private final Query membership;
  private final Query counter;
  private final Query id;
  private final Query joined;
  private final Query mark;
  private final Query lastingMark;
  private final Query cursor;
  private final Query delivered;
  private final Query read;
  private final Query user;
  private final Query device;

  PortableWrites(Cql cql, InstantSource clock) {
    this.clock = clock;
    log = insert(cql, "log (conversation, bucket, seq, entry) VALUES (?, ?, ?, ?)");
    change = insert(cql, "change (conversation, bucket, target, seq, entry) VALUES (?, ?, ?, ?, ?)");
    changeBucket = insert(cql, "change_bucket (conversation, bucket) VALUES (?, ?)");
    conversation = insert(cql, "conversation (conversation, row) VALUES (?, ?)");
    membership = insert(cql, "membership (conversation, user, join_seq, row) VALUES (?, ?, ?, ?)");
    counter = insert(cql, "counter (conversation, user, device, counter) VALUES (?, ?, ?, ?)");
    id = insert(cql, "id (conversation, user, device, counted, bucket, id, seq) VALUES (?, ?, ?, ?, ?, ?, ?)");
    joined = insert(cql, "joined (user, stamp, conversation, join_seq) VALUES (?, ?, ?, ?)");
    lastingMark = insert(cql, "lasting_mark (user, period, conversation) VALUES (?, ?, ?)");
    cursor = insert(cql, "cursor (user, device, conversation, generation, acked) VALUES (?, ?, ?, ?, ?)");
    user = insert(cql, "user (user, row) VALUES (?, ?)");
    device = insert(cql, "device (user, device, row) VALUES (?, ?, ?)");
    mark = cql.query(Kind.WRITE,
        "INSERT INTO {}.mark (user, day, conversation) VALUES (?, ?, ?) USING TIMESTAMP ? AND TTL ?");
    delivered = cql.query(Kind.WRITE,
        "UPDATE {}.watermark USING TIMESTAMP ? SET delivered = ? WHERE conversation = ? AND user = ?");
    read = cql.query(Kind.WRITE, "UPDATE {}.watermark USING TIMESTAMP ? SET read = ? WHERE conversation = ? AND user = ?");
  }

  private static Query insert(Cql cql, String what) {
    return cql.query(Kind.WRITE, "INSERT INTO {}." + what + " USING TIMESTAMP ?");
  }

  /// Adds what the row becomes.
  ///
  /// @throws IllegalArgumentException if it is of no kind that this version knows
  void add(Writes writes, ExportedRow row) {
    switch (row.getRowCase()) {
      case CONVERSATION -> writes.add("conversation " + row.getConversation().getConversationId(), conversation,
          row.getConversation().getConversationId(), Blobs.of(row.getConversation().getRow()),
          row.getConversation().getRow().getStampMicros());
      case ENTRY -> addEntry(writes, row.getEntry().getConversationId(), row.getEntry().getEntry());
      case CHANGE -> addChange(writes, row.getChange().getConversationId(), row.getChange().getEntry());
      case MEMBERSHIP -> {
        String id = row.getMembership().getConversationId();
        MembershipRow it = row.getMembership().getRow();
        writes.add("membership " + id, membership, id, it.getUserId(), it.getJoinSeq(), Blobs.of(it), FIRST);
      }
      case COUNTER -> {
        String id = row.getCounter().getConversationId();
        CounterRow it = row.getCounter().getRow();
        writes.add("counter " + id, counter, id, it.getUserId(), it.getDeviceId(), it.getCounter(), FIRST);
      }
      case ID -> addId(writes, row.getId().getConversationId(), row.getId().getRow());
      case JOINED -> {
        ExportedJoined it = row.getJoined();
        writes.add("joined " + it.getUserId(), joined,
            it.getUserId(), it.getStampMicros(), it.getConversationId(), it.getJoinSeq(), it.getStampMicros());
      }
      case MARK -> addMark(writes, row.getMark());
      case LASTING_MARK -> {
        ExportedMark it = row.getLastingMark();
        writes.add("lasting " + it.getUserId(), lastingMark, it.getUserId(), it.getSpan(), it.getConversationId(), FIRST);
      }
      case CURSOR -> {
        ExportedCursor it = row.getCursor();
        writes.add("cursor " + it.getUserId() + "/" + it.getDeviceId(), cursor, it.getUserId(), it.getDeviceId(),
            it.getConversationId(), it.getGeneration(), it.getAcked(),
            Timestamps.ofPosition(it.getGeneration(), it.getAcked()));
      }
      case DELIVERED -> addWatermark(writes, delivered, row.getDelivered(), 2);
      case READ -> addWatermark(writes, read, row.getRead(), 5);
      case USER -> writes.add("user " + row.getUser().getUserId(), user,
          row.getUser().getUserId(), Blobs.of(row.getUser().getRow()), FIRST);
      case DEVICE -> {
        ExportedDevice it = row.getDevice();
        writes.add("device " + it.getUserId(), device, it.getUserId(), it.getRow().getDeviceId(), Blobs.of(it.getRow()), FIRST);
      }
      case ROW_NOT_SET -> throw new IllegalArgumentException("a row is of a kind that this version does not know");
    }
  }

  private void addEntry(Writes writes, String conversationId, Entry entry) {
    long bucket = Buckets.ofLog(entry.getSeq());
    writes.add("log " + bucket + " " + conversationId, log,
        conversationId, bucket, entry.getSeq(), Blobs.of(entry), entry.getStampMicros());
  }

  private void addChange(Writes writes, String conversationId, Entry summary) {
    long target = Changes.targetOf(summary);
    long bucket = Buckets.ofChange(target);
    writes.add("change " + bucket + " " + conversationId, change,
        conversationId, bucket, target, summary.getSeq(), Blobs.of(summary), summary.getStampMicros());
    writes.add("bucket " + conversationId, changeBucket, conversationId, bucket, FIRST);
  }

  private void addId(Writes writes, String conversationId, IdRow row) {
    ByteBuffer value = row.getClientMessageId().asReadOnlyByteBuffer();
    long bucket = Buckets.ofId(row.getCounted(), value);
    String partition = "id " + bucket + " " + row.getCounted() + " " + conversationId + " " + row.getUserId().length() + " "
        + row.getUserId() + row.getDeviceId();
    writes.add(partition, id, conversationId, row.getUserId(), row.getDeviceId(), row.getCounted(), bucket, value,
        row.getSeq(), FIRST);
  }

  private void addMark(Writes writes, ExportedMark it) {
    long end = (it.getSpan() + UserStore.MARK_LIFE_DAYS + 1L) * TimeUnit.DAYS.toSeconds(1);
    int lifeSeconds = (int) Math.max(0, end - clock.instant().getEpochSecond());
    if (lifeSeconds > 0) {
      writes.add("mark " + it.getSpan() + " " + it.getUserId(), mark,
          it.getUserId(), it.getSpan(), it.getConversationId(), FIRST, lifeSeconds);
    }
  }

  private static void addWatermark(Writes writes, Query query, ExportedWatermark it, int numbers) {
    ByteBuffer value = ByteBuffer.allocate(numbers * Long.BYTES).putLong(it.getGeneration()).putLong(it.getSeq());
    if (numbers > 2) {
      value.putLong(it.getJoinSeq()).putLong(it.getMessages()).putLong(it.getMentions());
    }
    writes.add("watermark " + it.getConversationId(), query, Timestamps.ofPosition(it.getGeneration(), it.getSeq()),
        value.flip(), it.getConversationId(), it.getUserId());
  }
}
