package chasqui.mailbox.store.cql;

import chasqui.log.fold.Changes;
import chasqui.log.v1.Entry;
import chasqui.mailbox.store.UserStore;
import chasqui.mailbox.store.UserStore.Span;
import chasqui.mailbox.store.shared.CommitTable;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.CounterRow;
import chasqui.store.v1.IdRow;
import chasqui.store.v1.MarkRows;
import chasqui.store.v1.MembershipRow;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// What follows from commits, by plain writes: an entry has its own stamp as timestamp, everything else that of the
/// commit's newest entry. So a write that comes late, twice or out of order loses against a newer one, and against itself
/// changes nothing. Commits that are applied together cost a request for each partition.
final class CqlCommitTable implements CommitTable {
  private static final long SECONDS_PER_DAY = TimeUnit.DAYS.toSeconds(1);
  /// Twenty years: the longest TTL that servers take.
  private static final long LIFE_SECONDS_MAX = 20 * 365 * SECONDS_PER_DAY;

  private final Cql cql;
  private final InstantSource clock;
  private final int window;
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

  /// @param window requests of one commit under way
  CqlCommitTable(Cql cql, InstantSource clock, int window) {
    this.cql = cql;
    this.clock = clock;
    this.window = window;
    log = insert("log (conversation, bucket, seq, entry) VALUES (?, ?, ?, ?)");
    change = insert("change (conversation, bucket, target, seq, entry) VALUES (?, ?, ?, ?, ?)");
    changeBucket = insert("change_bucket (conversation, bucket) VALUES (?, ?)");
    conversation = insert("conversation (conversation, row) VALUES (?, ?)");
    membership = insert("membership (conversation, user, join_seq, row) VALUES (?, ?, ?, ?)");
    counter = insert("counter (conversation, user, device, counter) VALUES (?, ?, ?, ?)");
    id = insert("id (conversation, user, device, counted, bucket, id, seq) VALUES (?, ?, ?, ?, ?, ?, ?)");
    joined = insert("joined (user, stamp, conversation, join_seq) VALUES (?, ?, ?, ?)");
    lastingMark = insert("lasting_mark (user, period, conversation) VALUES (?, ?, ?)");
    mark = cql.query(Kind.WRITE,
        "INSERT INTO {}.mark (user, day, conversation) VALUES (?, ?, ?) USING TIMESTAMP ? AND TTL ?");
  }

  private Query insert(String what) {
    return cql.query(Kind.WRITE, "INSERT INTO {}." + what + " USING TIMESTAMP ?");
  }

  @Override
  public CompletionStage<Void> apply(List<ConversationCommit> commits) {
    List<ConversationCommit> ascending =
        commits.stream().sorted(Comparator.comparingLong(commit -> commit.getRow().getStampMicros())).toList();
    Writes writes = new Writes(cql);
    for (ConversationCommit commit : ascending) {
      addLog(writes, commit);
      addIds(writes, commit);
      addJoinings(writes, commit);
    }
    addState(writes, ascending);
    return Stages.paced(new Steps(writes.steps(), new MarkSteps(ascending)), window);
  }

  /// An entry that this very commit empties is written once, emptied: its two versions might have the same timestamp.
  private void addLog(Writes writes, ConversationCommit commit) {
    Map<Long, Entry> emptied = new HashMap<>();
    commit.getEmptiedList().forEach(entry -> emptied.put(entry.getSeq(), entry));
    for (Entry entry : commit.getEntriesList()) {
      if (!emptied.containsKey(entry.getSeq())) {
        addEntry(writes, commit.getConversationId(), entry, entry.getStampMicros());
      }
      if (Changes.isChange(entry)) {
        addChange(writes, commit.getConversationId(), entry);
      }
    }
    emptied.values().forEach(
        entry -> addEntry(writes, commit.getConversationId(), entry, commit.getRow().getStampMicros()));
  }

  private void addEntry(Writes writes, String conversationId, Entry entry, long timestamp) {
    long bucket = Buckets.ofLog(entry.getSeq());
    writes.add("log " + bucket, log, conversationId, bucket, entry.getSeq(), Blobs.of(entry), timestamp);
  }

  private void addChange(Writes writes, String conversationId, Entry entry) {
    long target = Changes.targetOf(entry);
    long bucket = Buckets.ofChange(target);
    ByteBuffer summary = Blobs.of(Changes.summary(entry));
    long stamp = entry.getStampMicros();
    writes.add("change " + bucket, change, conversationId, bucket, target, entry.getSeq(), summary, stamp);
    writes.add("state", changeBucket, conversationId, bucket, stamp);
  }

  /// Tables with the conversation as their partition: one request. Of each row only what the newest commit says of it; a
  /// crash in between changes nothing, since none of these commits is done before all are.
  private void addState(Writes writes, List<ConversationCommit> ascending) {
    ConversationCommit newest = ascending.getLast();
    String conversationId = newest.getConversationId();
    writes.add("state", conversation, conversationId, Blobs.of(newest.getRow()), newest.getRow().getStampMicros());
    Map<List<Object>, Stamped<MembershipRow>> memberships = new HashMap<>();
    Map<List<Object>, Stamped<CounterRow>> counters = new HashMap<>();
    for (ConversationCommit commit : ascending) {
      long stamp = commit.getRow().getStampMicros();
      // The last of a kind counts, as where rows are overwritten.
      commit.getMembershipsList().forEach(
          row -> memberships.put(List.of(row.getUserId(), row.getJoinSeq()), new Stamped<>(row, stamp)));
      commit.getCountersList().forEach(
          row -> counters.put(List.of(row.getUserId(), row.getDeviceId()), new Stamped<>(row, stamp)));
    }
    memberships.values().forEach(last -> writes.add("state", membership,
        conversationId, last.row.getUserId(), last.row.getJoinSeq(), Blobs.of(last.row), last.stamp));
    counters.values().forEach(last -> writes.add("state", counter,
        conversationId, last.row.getUserId(), last.row.getDeviceId(), last.row.getCounter(), last.stamp));
  }

  private record Stamped<T>(T row, long stamp) {}

  private void addIds(Writes writes, ConversationCommit commit) {
    for (IdRow row : commit.getIdsList()) {
      ByteBuffer value = row.getClientMessageId().asReadOnlyByteBuffer();
      long bucket = Buckets.ofId(row.getCounted(), value);
      String partition =
          "id " + bucket + " " + row.getCounted() + " " + row.getUserId().length() + " " + row.getUserId() + row.getDeviceId();
      writes.add(partition, id, commit.getConversationId(), row.getUserId(), row.getDeviceId(), row.getCounted(), bucket,
          value, row.getSeq(), commit.getRow().getStampMicros());
    }
  }

  /// A membership that begins with an entry of this commit is new, and is listed for its user under that entry's stamp.
  private void addJoinings(Writes writes, ConversationCommit commit) {
    for (MembershipRow row : commit.getMembershipsList()) {
      long joinSeq = row.getJoinSeq();
      if (commit.getEntriesCount() > 0 && joinSeq >= commit.getEntries(0).getSeq()) {
        long stamp = commit.getEntries((int) (joinSeq - commit.getEntries(0).getSeq())).getStampMicros();
        writes.add("joined " + row.getUserId(), joined, row.getUserId(), stamp, commit.getConversationId(), joinSeq, stamp);
      }
    }
  }

  /// The marks of commits, one user at a time: a large group has thousands, and only some are under way.
  private final class MarkSteps implements Iterator<Supplier<CompletionStage<Void>>> {
    private final Iterator<ConversationCommit> commits;
    private ConversationCommit commit;
    private int rows;
    private int user;

    MarkSteps(List<ConversationCommit> commits) {
      this.commits = commits.iterator();
      this.commit = this.commits.next();
    }

    @Override
    public boolean hasNext() {
      while (rows >= commit.getMarksCount() || user >= commit.getMarks(rows).getUserIdsCount()) {
        user = 0;
        rows++;
        if (rows >= commit.getMarksCount()) {
          if (!commits.hasNext()) {
            return false;
          }
          commit = commits.next();
          rows = 0;
        }
      }
      return true;
    }

    @Override
    public Supplier<CompletionStage<Void>> next() {
      MarkRows marks = commit.getMarks(rows);
      String userId = marks.getUserIds(user++);
      ConversationCommit of = commit;
      return () -> write(of, marks, userId);
    }

    private CompletionStage<Void> write(ConversationCommit commit, MarkRows marks, String userId) {
      String conversationId = commit.getConversationId();
      long stamp = commit.getRow().getStampMicros();
      List<CompletionStage<Void>> both = new ArrayList<>(2);
      int lifeSeconds = lifeSeconds(marks.getDay());
      if (lifeSeconds > 0) {
        both.add(mark.write(userId, marks.getDay(), conversationId, stamp, lifeSeconds));
      }
      if (marks.getLasting()) {
        both.add(lastingMark.write(userId, Span.periodOf(marks.getDay()).number(), conversationId, stamp));
      }
      return Stages.map(Stages.all(both), done -> null);
    }
  }

  /// Up to the end of its last day; no longer than servers take, should a day be far off.
  private int lifeSeconds(int day) {
    long end = (day + UserStore.MARK_LIFE_DAYS + 1L) * SECONDS_PER_DAY;
    return (int) Math.clamp(end - clock.instant().getEpochSecond(), 0, LIFE_SECONDS_MAX);
  }

  /// One after the other.
  private record Steps(
      Iterator<Supplier<CompletionStage<Void>>> first, Iterator<Supplier<CompletionStage<Void>>> then)
      implements Iterator<Supplier<CompletionStage<Void>>> {
    @Override
    public boolean hasNext() {
      return first.hasNext() || then.hasNext();
    }

    @Override
    public Supplier<CompletionStage<Void>> next() {
      return first.hasNext() ? first.next() : then.next();
    }
  }
}
