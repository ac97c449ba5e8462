package chasqui.mailbox.store.cql;

import chasqui.log.v1.Entry;
import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.StoreOpenException.Reason;
import chasqui.mailbox.store.portable.DataSetTarget;
import chasqui.mailbox.store.portable.PortableException;
import chasqui.mailbox.store.portable.Progress;
import chasqui.store.v1.ConversationRow;
import chasqui.store.v1.CounterRow;
import chasqui.store.v1.DataSetRow;
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
import chasqui.store.v1.ImportProgress;
import chasqui.store.v1.IncarnationRow;
import chasqui.store.v1.MembershipRow;
import chasqui.store.v1.UserRow;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.Row;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// A data set in CQL, read as a whole while nobody writes to it: all mailbox nodes have left in good order, or were replayed.
/// Rows come in the order of the tables' tokens, which is none; whoever wants one sorts them. Blocks; one thread.
public final class CqlSource implements AutoCloseable {
  private static final int ROWS_AT_ONCE = 1_000;

  private final CqlSession session;
  private final Requests requests;
  private final CqlMetrics metrics;
  private final Cql cql;
  private final DataSetRow dataSet;

  private CqlSource(CqlStoreConfig config, int slots, CqlTables.Surroundings surroundings) throws StoreOpenException {
    session = Sessions.open(config);
    metrics = new CqlMetrics(surroundings.meter());
    requests = new Requests(config, metrics, System::nanoTime);
    try {
      cql = new Cql(session, config.keyspace(), requests, metrics);
      Schema schema = new Schema(session, config, new Coordinators(session, config.datacenter()));
      schema.begin();
      dataSet = new DataSets(cql, schema, config.datacenter()).checked(slots);
      refuseUnfinished();
    } catch (StoreOpenException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /// Opens a data set that is there.
  ///
  /// @throws StoreOpenException also where a mailbox node runs, or what one committed is not applied yet
  public static CqlSource open(CqlStoreConfig config, int slots, CqlTables.Surroundings surroundings)
      throws StoreOpenException {
    try {
      return new CqlSource(config, slots, surroundings);
    } catch (IllegalStateException | StoreException e) {
      throw new StoreOpenException(
          Reason.UNREADABLE, "the keyspace " + config.keyspace() + " cannot be read: " + e.getMessage(), e);
    }
  }

  /// What an incarnation has committed is in the tables once it is replayed; before, it may be in its journal alone.
  private void refuseUnfinished() throws StoreOpenException {
    List<IncarnationRow> unfinished = Waits.answerOf(new CqlIncarnationTable(cql).list()).stream()
        .filter(incarnation -> !incarnation.getReplayed()).toList();
    if (!unfinished.isEmpty()) {
      IncarnationRow first = unfinished.getFirst();
      throw new StoreOpenException(Reason.IN_USE,
          "the mailbox node " + first.getNodeId() + " (incarnation " + first.getIncarnation() + ") runs, or ended without being"
              + " replayed: stop all mailbox nodes; after a crash let one run for a minute first");
    }
  }

  public DataSetRow dataSet() {
    return dataSet;
  }

  /// Copies all rows into an empty target and finishes it; returns how many there were.
  public long copyInto(DataSetTarget target, Progress progress) throws PortableException {
    Copy copy = new Copy(target, progress);
    try {
      conversations(copy);
      users(copy);
    } catch (IllegalStateException | StoreException e) {
      throw new PortableException("the tables cannot be read: " + e.getMessage(), e);
    }
    copy.flush();
    target.finish(dataSet);
    return copy.rows;
  }

  private void conversations(Copy copy) throws PortableException {
    copy.all("conversation", "conversation, row", (row, to) -> to.setConversation(ExportedConversation.newBuilder()
        .setConversationId(row.getString(0)).setRow(Blobs.parse(ConversationRow.parser(), row.getByteBuffer(1)))));
    copy.all("log", "conversation, entry", (row, to) -> to.setEntry(entry(row)));
    copy.all("change", "conversation, entry", (row, to) -> to.setChange(entry(row)));
    copy.all("membership", "conversation, row", (row, to) -> to.setMembership(ExportedMembership.newBuilder()
        .setConversationId(row.getString(0)).setRow(Blobs.parse(MembershipRow.parser(), row.getByteBuffer(1)))));
    copy.all("counter", "conversation, user, device, counter", (row, to) -> to.setCounter(ExportedCounter.newBuilder()
        .setConversationId(row.getString(0)).setRow(CounterRow.newBuilder()
            .setUserId(row.getString(1)).setDeviceId(row.getString(2)).setCounter(row.getLong(3)))));
    copy.all("id", "conversation, user, device, counted, id, seq", (row, to) -> to.setId(ExportedId.newBuilder()
        .setConversationId(row.getString(0)).setRow(IdRow.newBuilder()
            .setUserId(row.getString(1)).setDeviceId(row.getString(2)).setCounted(row.getBoolean(3))
            .setClientMessageId(ByteString.copyFrom(row.getByteBuffer(4))).setSeq(row.getLong(5)))));
    copy.all("watermark", "conversation, user, delivered", (row, to) -> {
      if (row.getByteBuffer(2) != null) {
        to.setDelivered(watermark(row));
      }
    });
    copy.all("watermark", "conversation, user, read", (row, to) -> {
      if (row.getByteBuffer(2) != null) {
        to.setRead(watermark(row));
      }
    });
  }

  private void users(Copy copy) throws PortableException {
    copy.all("joined", "user, stamp, conversation, join_seq", (row, to) -> to.setJoined(ExportedJoined.newBuilder()
        .setUserId(row.getString(0)).setStampMicros(row.getLong(1)).setConversationId(row.getString(2)).setJoinSeq(row.getLong(3))));
    copy.all("mark", "user, day, conversation", (row, to) -> to.setMark(mark(row)));
    copy.all("lasting_mark", "user, period, conversation", (row, to) -> to.setLastingMark(mark(row)));
    copy.all("cursor", "user, device, conversation, generation, acked", (row, to) -> to.setCursor(ExportedCursor.newBuilder()
        .setUserId(row.getString(0)).setDeviceId(row.getString(1)).setConversationId(row.getString(2))
        .setGeneration(row.getLong(3)).setAcked(row.getLong(4))));
    copy.all("user", "user, row", (row, to) -> to.setUser(ExportedUser.newBuilder()
        .setUserId(row.getString(0)).setRow(Blobs.parse(UserRow.parser(), row.getByteBuffer(1)))));
    copy.all("device", "user, row", (row, to) -> to.setDevice(ExportedDevice.newBuilder()
        .setUserId(row.getString(0)).setRow(Blobs.parse(DeviceRow.parser(), row.getByteBuffer(1)))));
  }

  private static ExportedEntry.Builder entry(Row row) {
    return ExportedEntry.newBuilder()
        .setConversationId(row.getString(0)).setEntry(Blobs.parse(Entry.parser(), row.getByteBuffer(1)));
  }

  private static ExportedMark.Builder mark(Row row) {
    return ExportedMark.newBuilder()
        .setUserId(row.getString(0)).setSpan(row.getInt(1)).setConversationId(row.getString(2));
  }

  private static ExportedWatermark.Builder watermark(Row row) {
    ByteBuffer value = row.getByteBuffer(2);
    ExportedWatermark.Builder watermark = ExportedWatermark.newBuilder()
        .setConversationId(row.getString(0)).setUserId(row.getString(1)).setGeneration(value.getLong()).setSeq(value.getLong());
    if (value.hasRemaining()) {
      watermark.setJoinSeq(value.getLong()).setMessages(value.getLong()).setMentions(value.getLong());
    }
    return watermark;
  }

  @Override
  public void close() {
    requests.close();
    metrics.close();
    Waits.answerOf(session.forceCloseAsync());
  }

  /// Gathers rows and hands them on.
  private final class Copy {
    private final DataSetTarget target;
    private final Progress progress;
    private final List<ExportedRow> waiting = new ArrayList<>(ROWS_AT_ONCE);
    private long rows;
    private long chunks;

    Copy(DataSetTarget target, Progress progress) {
      this.target = target;
      this.progress = progress;
    }

    /// What a stored row becomes; nothing where it leaves the builder empty.
    interface Decode {
      void into(Row row, ExportedRow.Builder to);
    }

    void all(String table, String columns, Decode decode) throws PortableException {
      Query query = cql.query(Kind.READ, "SELECT " + columns + " FROM {}." + table);
      AsyncResultSet page = Waits.answerOf(cql.send(Kind.READ, query.bind()));
      while (true) {
        for (Row row : page.currentPage()) {
          ExportedRow.Builder to = ExportedRow.newBuilder();
          decode.into(row, to);
          if (to.getRowCase() != ExportedRow.RowCase.ROW_NOT_SET) {
            add(to.build());
          }
        }
        progress.at("reading " + table, rows, rows + 1);
        if (!page.hasMorePages()) {
          return;
        }
        page = Waits.answerOf(cql.send(Kind.READ, page::fetchNextPage));
      }
    }

    private void add(ExportedRow row) throws PortableException {
      waiting.add(row);
      rows++;
      if (waiting.size() >= ROWS_AT_ONCE) {
        flush();
      }
    }

    void flush() throws PortableException {
      target.store(List.copyOf(waiting), ImportProgress.newBuilder().setChunk(++chunks).build());
      waiting.clear();
    }
  }
}
