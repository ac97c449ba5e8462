package chasqui.mailbox.store;

import chasqui.log.v1.ConversationKind;
import chasqui.log.v1.Entry;
import chasqui.log.v1.Member;
import chasqui.log.v1.MembershipAction;
import chasqui.log.v1.MembershipChange;
import chasqui.log.v1.Message;
import chasqui.log.v1.Role;
import chasqui.log.v1.TextContent;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.ConversationRow;
import chasqui.store.v1.CounterRow;
import chasqui.store.v1.IdRow;
import chasqui.store.v1.MarkRows;
import chasqui.store.v1.MembershipRow;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A conversation that makes the commits its owner would make: dense seqs, rising stamps, marks of its members.
public final class Chat {
  private final String id;
  private final Map<String, MembershipRow> present = new LinkedHashMap<>();
  private long head;
  private long stampMicros;
  private long rosterSeq;

  /// @param at the stamp of the first entry; each further one is a millisecond later
  public Chat(String id, Instant at) {
    this(id, at, 0);
  }

  /// One that goes on after `head`; it does not know its members.
  public Chat(String id, Instant at, long head) {
    this.id = id;
    this.stampMicros = at.toEpochMilli() * 1_000;
    this.head = head;
  }

  public String id() {
    return id;
  }

  public long head() {
    return head;
  }

  public long stampMicros() {
    return stampMicros;
  }

  /// Time passes for the stamps to come.
  public Chat at(Instant instant) {
    stampMicros = instant.toEpochMilli() * 1_000;
    return this;
  }

  public ConversationCommit created(String... userIds) {
    ConversationCommit.Builder commit = begin();
    Entry.Builder entry = next().setSenderUser(userIds[0]);
    for (String userId : userIds) {
      MembershipRow row = membership(userId).build();
      present.put(userId, row);
      commit.addMemberships(row);
      entry.getCreatedBuilder().addMembers(Member.newBuilder().setUserId(userId).setRole(row.getRole()).setJoinSeq(head));
    }
    rosterSeq = head;
    return finish(commit.addEntries(entry));
  }

  public ConversationCommit joined(String userId) {
    ConversationCommit.Builder commit = begin().addEntries(change(MembershipAction.MEMBERSHIP_ACTION_ADDED, userId));
    MembershipRow row = membership(userId).build();
    present.put(userId, row);
    return finish(commit.addMemberships(row));
  }

  public ConversationCommit left(String userId) {
    ConversationCommit.Builder commit = begin().addEntries(change(MembershipAction.MEMBERSHIP_ACTION_LEFT, userId));
    ConversationCommit finished = finish(commit.addMemberships(present.get(userId).toBuilder().setLeaveSeq(head)));
    present.remove(userId);
    return finished;
  }

  /// Messages of one device, with counted ids.
  public ConversationCommit said(String userId, String deviceId, String... texts) {
    ConversationCommit.Builder commit = begin();
    for (String text : texts) {
      Entry.Builder entry = next().setSenderUser(userId).setSenderDevice(deviceId);
      entry.setMessage(Message.newBuilder().setText(TextContent.newBuilder().setText(text)));
      ByteString messageId = ByteString.copyFrom(countedId(head));
      commit.addEntries(entry.setClientMessageId(messageId));
      commit.addIds(
          IdRow.newBuilder().setUserId(userId).setDeviceId(deviceId).setCounted(true)
              .setClientMessageId(messageId).setSeq(head));
    }
    commit.addCounters(CounterRow.newBuilder().setUserId(userId).setDeviceId(deviceId).setCounter(head));
    return finish(commit);
  }

  public ConversationCommit edited(String userId, long targetSeq, String text) {
    Message message = Message.newBuilder().setText(TextContent.newBuilder().setText(text)).build();
    return changed(userId, entry -> entry.getEditBuilder().setTargetSeq(targetSeq).setMessage(message));
  }

  public ConversationCommit deleted(String userId, long targetSeq) {
    return changed(userId, entry -> entry.getDeletionBuilder().setTargetSeq(targetSeq));
  }

  public ConversationCommit reacted(String userId, long targetSeq, String emoji, boolean removed) {
    return changed(
        userId, entry -> entry.getReactionBuilder().setTargetSeq(targetSeq).setEmoji(emoji).setRemoved(removed));
  }

  private ConversationCommit changed(String userId, Consumer<Entry.Builder> what) {
    Entry.Builder entry = next().setSenderUser(userId).setSenderDevice("phone")
        .setClientMessageId(ByteString.copyFrom(countedId(head)));
    what.accept(entry);
    return finish(begin().addEntries(entry));
  }

  /// The id that `said` gave the entry: its counter is the seq.
  public static byte[] countedId(long seq) {
    return ByteBuffer.allocate(20).putLong(seq).putLong(~seq).putInt(7).array();
  }

  private ConversationCommit.Builder begin() {
    return ConversationCommit.newBuilder().setConversationId(id);
  }

  private Entry.Builder next() {
    stampMicros += 1_000;
    return Entry.newBuilder().setSeq(++head).setStampMicros(stampMicros);
  }

  private Entry.Builder change(MembershipAction action, String userId) {
    Entry.Builder entry = next();
    rosterSeq = head;
    return entry.setMembership(
        MembershipChange.newBuilder().setAction(action).addMembers(Member.newBuilder().setUserId(userId)));
  }

  private MembershipRow.Builder membership(String userId) {
    return MembershipRow.newBuilder().setUserId(userId).setJoinSeq(head).setRole(Role.ROLE_MEMBER);
  }

  private ConversationCommit finish(ConversationCommit.Builder commit) {
    int day = (int) Math.floorDiv(stampMicros, TimeUnit.DAYS.toMicros(1));
    return commit
        .addMarks(MarkRows.newBuilder().setDay(day).setLasting(true).addAllUserIds(List.copyOf(present.keySet())))
        .setRow(
            ConversationRow.newBuilder().setKind(ConversationKind.CONVERSATION_KIND_GROUP).setTitle("about " + id)
                .setHead(head).setStampMicros(stampMicros).setGeneration(1).setRosterSeq(rosterSeq))
        .build();
  }
}
