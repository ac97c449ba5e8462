package chasqui.drills.sim.shared;

import chasqui.log.fold.Changes;
import chasqui.log.v1.Entry;
import chasqui.mailbox.store.UserStore.Span;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.CounterRow;
import chasqui.store.v1.IdRow;
import chasqui.store.v1.MarkRows;
import chasqui.store.v1.MembershipRow;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// The cells that a commit writes, each ordered by a stamp of the commit: entries by their own, all else by the last
/// one's.
final class CommitCells {
  /// The one row of a partition that has no more.
  static final String ONLY = "";

  private final ConversationCommit commit;
  private final String id;
  private final long stamp;
  private final List<CellWrite> cells = new ArrayList<>();

  private CommitCells(ConversationCommit commit) {
    this.commit = commit;
    this.id = commit.getConversationId();
    this.stamp = commit.getRow().getStampMicros();
  }

  static List<CellWrite> of(ConversationCommit commit) {
    CommitCells cells = new CommitCells(commit);
    cells.write();
    return cells.cells;
  }

  static String rowOf(String conversation) {
    return "row " + conversation;
  }

  static String logOf(String conversation) {
    return "log " + conversation;
  }

  static String changesOf(String conversation) {
    return "changes " + conversation;
  }

  static String membersOf(String conversation) {
    return "members " + conversation;
  }

  static String countersOf(String conversation) {
    return "counters " + conversation;
  }

  static String idsOf(String conversation) {
    return "ids " + conversation;
  }

  static String marksOf(String user) {
    return "marks " + user;
  }

  static String lastingMarksOf(String user) {
    return "lasting marks " + user;
  }

  static String joinedOf(String user) {
    return "joined " + user;
  }

  static String counterKey(String user, String device) {
    return user + "/" + device;
  }

  static String idKey(String user, String device, boolean counted, ByteString clientMessageId) {
    return user + "/" + device + "/" + counted + "/" + HexFormat.of().formatHex(clientMessageId.toByteArray());
  }

  private void write() {
    cell(rowOf(id), ONLY, stamp, commit.getRow());
    commit.getEntriesList().forEach(this::entry);
    for (Entry emptied : commit.getEmptiedList()) {
      cell(logOf(id), CellWrite.key(emptied.getSeq()), stamp, emptied);
    }
    commit.getMembershipsList().forEach(this::membership);
    for (CounterRow counter : commit.getCountersList()) {
      cell(countersOf(id), counterKey(counter.getUserId(), counter.getDeviceId()), stamp, counter.getCounter());
    }
    for (IdRow row : commit.getIdsList()) {
      cell(idsOf(id), idKey(row.getUserId(), row.getDeviceId(), row.getCounted(), row.getClientMessageId()), stamp, row.getSeq());
    }
    commit.getMarksList().forEach(this::marks);
  }

  private void entry(Entry entry) {
    cell(logOf(id), CellWrite.key(entry.getSeq()), entry.getStampMicros(), entry);
    if (Changes.isChange(entry)) {
      String key = CellWrite.key(Changes.targetOf(entry)) + " " + CellWrite.key(entry.getSeq());
      cell(changesOf(id), key, entry.getStampMicros(), Changes.summary(entry));
    }
  }

  private void membership(MembershipRow row) {
    cell(membersOf(id), CellWrite.key(row.getJoinSeq()) + " " + row.getUserId(), stamp, row);
    for (Entry entry : commit.getEntriesList()) {
      if (entry.getSeq() == row.getJoinSeq()) {
        cell(joinedOf(row.getUserId()), CellWrite.key(entry.getStampMicros()) + " " + id, entry.getStampMicros(), id);
      }
    }
  }

  private void marks(MarkRows rows) {
    for (String user : rows.getUserIdsList()) {
      cell(marksOf(user), CellWrite.key(rows.getDay()) + " " + id, stamp, rows.getDay());
      if (rows.getLasting()) {
        int period = Span.periodOf(rows.getDay()).number();
        cell(lastingMarksOf(user), CellWrite.key(period) + " " + id, stamp, period);
      }
    }
  }

  private void cell(String partition, String key, long order, Object value) {
    cells.add(new CellWrite(partition, key, order, value));
  }
}
