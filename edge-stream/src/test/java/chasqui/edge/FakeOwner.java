package chasqui.edge;

import chasqui.error.v1.Reason;
import chasqui.log.v1.Entry;
import chasqui.log.v1.Message;
import chasqui.log.v1.TextContent;
import chasqui.mailbox.v1.Appended;
import chasqui.mailbox.v1.ConversationDescription;
import chasqui.mailbox.v1.ConversationIdDerived;
import chasqui.mailbox.v1.CursorUpdate;
import chasqui.mailbox.v1.CursorsSaved;
import chasqui.mailbox.v1.DeviceRegistered;
import chasqui.mailbox.v1.LastSeenSaved;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.Marks;
import chasqui.mailbox.v1.MemberReceipt;
import chasqui.mailbox.v1.Memberships;
import chasqui.mailbox.v1.OpenPosition;
import chasqui.mailbox.v1.Positions;
import chasqui.mailbox.v1.PresenceDescription;
import chasqui.mailbox.v1.RangeRead;
import chasqui.mailbox.v1.ReadMarkSaved;
import chasqui.mailbox.v1.ReadRange;
import chasqui.mailbox.v1.ReadState;
import chasqui.mailbox.v1.Refusal;
import chasqui.mailbox.v1.SaveReadMark;
import chasqui.mailbox.v1.SyncCompleted;
import chasqui.people.v1.PresenceVisibility;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The mailbox as one user and device see it, in memory: logs, cursors, marks.
public final class FakeOwner {

  private static final PresenceDescription NEVER_CHOSEN = PresenceDescription.newBuilder()
      .setVisibility(PresenceVisibility.PRESENCE_VISIBILITY_ONLINE_AND_LAST_SEEN).build();

  /// One conversation.
  public static final class Log {
    public final List<Entry> entries = new ArrayList<>();
    public long generation = 1;
    public long acked;
    /// Whether `acked` was ever acked by the device.
    public boolean hasCursor;
    /// Whether the device is known to lack a cursor of a generation after the first.
    public boolean rewound;
    public long read;
    /// What is told of others with the position.
    public final List<MemberReceipt> receipts = new ArrayList<>();
    /// Entries that the user may not see; they are covered, not shown.
    public final List<Long> hidden = new ArrayList<>();
  }

  public final Map<String, Log> logs = new LinkedHashMap<>();
  public final List<Long> lastSeen = new ArrayList<>();
  /// What is stored of people's presence; of others, what is of one who never chose and was never seen.
  public final Map<String, PresenceDescription> presences = new HashMap<>();
  public final List<Long> completedSyncs = new ArrayList<>();
  public DeviceRegistered device = DeviceRegistered.newBuilder().setRegisteredMicros(1).setSyncedMicros(1).build();
  public Reason registerRefused;
  public int pageSize = 500;
  public long stampMicros;

  public Log log(String conversationId) {
    return logs.computeIfAbsent(conversationId, id -> new Log());
  }

  /// A conversation with that many entries, acked up to `acked`.
  public Log log(String conversationId, int head, long acked) {
    Log log = log(conversationId);
    while (log.entries.size() < head) {
      append(conversationId, "entry " + (log.entries.size() + 1));
    }
    log.acked = acked;
    return log;
  }

  public Entry append(String conversationId, String text) {
    Log log = log(conversationId);
    Entry entry = Entry.newBuilder()
        .setSeq(log.entries.size() + 1)
        .setStampMicros(stampMicros)
        .setSenderUser("bob")
        .setMessage(Message.newBuilder().setText(TextContent.newBuilder().setText(text)))
        .build();
    log.entries.add(entry);
    return entry;
  }

  public MailboxResponse answer(MailboxRequest request) {
    MailboxResponse.Builder response = MailboxResponse.newBuilder();
    return switch (request.getOperationCase()) {
      case REGISTER_DEVICE -> registerRefused == null
          ? response.setDeviceRegistered(device).build() : refusal(registerRefused);
      case READ_MARKS -> {
        Page page = page(request.getReadMarks().getPageToken());
        yield response.setMarks(Marks.newBuilder().addAllConversationIds(page.ids).setNextPageToken(page.next)).build();
      }
      case LIST_MEMBERSHIPS -> {
        Page page = page(request.getListMemberships().getPageToken());
        yield response.setMemberships(
            Memberships.newBuilder().addAllConversationIds(page.ids).setNextPageToken(page.next)).build();
      }
      case OPEN_POSITIONS -> response.setPositions(positions(request.getOpenPositions().getConversationIdsList())).build();
      case READ_RANGE -> logs.containsKey(request.getReadRange().getConversationId())
          ? response.setRangeRead(read(request.getReadRange())).build() : refusal(Reason.REASON_NOT_FOUND);
      case SAVE_CURSORS -> response.setCursorsSaved(save(request.getSaveCursors().getCursorsList())).build();
      case SAVE_READ_MARK -> mark(request.getSaveReadMark());
      case APPEND -> {
        String id = request.getAppend().getConversationId();
        Entry entry = append(id, request.getAppend().getMessage().getText().getText());
        yield response.setAppended(Appended.newBuilder()
            .setConversationId(id).setSeq(entry.getSeq()).setGeneration(log(id).generation)).build();
      }
      // A stand-in for the keyed hash.
      case DERIVE_CONVERSATION_ID -> response.setConversationIdDerived(ConversationIdDerived.newBuilder()
          .setConversationId("direct-" + request.getDeriveConversationId().getPeerUserId())).build();
      case DESCRIBE_CONVERSATION -> {
        String id = request.getDescribeConversation().getConversationId();
        yield logs.containsKey(id)
            ? response.setConversation(ConversationDescription.newBuilder().setConversationId(id)).build()
            : refusal(Reason.REASON_NOT_FOUND);
      }
      case DESCRIBE_PRESENCE -> response.setPresenceDescription(
          presences.getOrDefault(request.getDescribePresence().getUserId(), NEVER_CHOSEN)).build();
      case SAVE_LAST_SEEN -> {
        lastSeen.add(request.getSaveLastSeen().getSeenMicros());
        yield response.setLastSeenSaved(LastSeenSaved.getDefaultInstance()).build();
      }
      case COMPLETE_SYNC -> {
        completedSyncs.add(request.getCompleteSync().getStartedMicros());
        yield response.setSyncCompleted(SyncCompleted.getDefaultInstance()).build();
      }
      default -> throw new AssertionError("a session does not ask for " + request.getOperationCase());
    };
  }

  private MailboxResponse mark(SaveReadMark mark) {
    Log log = logs.get(mark.getConversationId());
    if (log == null) {
      return refusal(Reason.REASON_NOT_FOUND);
    }
    long asked = mark.getRead() < 0 ? Long.MAX_VALUE : mark.getRead();
    log.read = Math.max(log.read, Math.min(asked, log.entries.size()));
    return MailboxResponse.newBuilder().setReadMarkSaved(ReadMarkSaved.newBuilder()
        .setConversationId(mark.getConversationId())
        .setGeneration(log.generation)
        .setReadState(readState(log))).build();
  }

  private static ReadState.Builder readState(Log log) {
    return ReadState.newBuilder().setRead(log.read).setUnreadMessages(log.entries.size() - log.read).setUnreadMentions(1);
  }

  public static MailboxResponse refusal(Reason reason) {
    return MailboxResponse.newBuilder().setRefusal(Refusal.newBuilder().setReason(reason).setMessage("refused")).build();
  }

  private record Page(List<String> ids, String next) {}

  private Page page(String token) {
    List<String> all = List.copyOf(logs.keySet());
    int from = token.isEmpty() ? 0 : Integer.parseInt(token);
    int to = Math.min(all.size(), from + pageSize);
    return new Page(all.subList(from, to), to == all.size() ? "" : Integer.toString(to));
  }

  private Positions positions(List<String> ids) {
    Positions.Builder positions = Positions.newBuilder();
    for (String id : ids) {
      Log log = logs.get(id);
      if (log != null) {
        positions.addPositions(OpenPosition.newBuilder()
            .setConversationId(id).setGeneration(log.generation).setAcked(log.acked).setHead(log.entries.size()).setRewound(log.rewound)
            .setHasCursor(log.hasCursor)
            .setReadState(readState(log)).addAllReceipts(log.receipts));
      }
    }
    return positions.build();
  }

  private RangeRead read(ReadRange range) {
    Log log = log(range.getConversationId());
    long head = log.entries.size();
    long upto = Math.min(range.getUpto(), head);
    List<Entry> read = new ArrayList<>();
    long after = range.getAfter();
    int bytes = 0;
    long step = range.getNewestFirst() ? -1 : 1;
    long seq = range.getNewestFirst() ? upto : after + 1;
    for (; seq > after && seq <= upto; seq += step) {
      Entry entry = log.entries.get((int) seq - 1);
      bytes += entry.getSerializedSize();
      if (read.size() >= range.getEntriesMax() || (!read.isEmpty() && bytes > range.getBytesMax())) {
        break;
      }
      if (!log.hidden.contains(seq)) {
        read.add(entry);
      }
    }
    if (range.getNewestFirst()) {
      Collections.reverse(read);
      after = seq;
    } else {
      upto = Math.max(after, seq - 1);
    }
    return RangeRead.newBuilder()
        .setConversationId(range.getConversationId()).setGeneration(log.generation)
        .setAfter(after).setUpto(upto).addAllEntries(read).setHead(head).build();
  }

  private CursorsSaved save(List<CursorUpdate> updates) {
    CursorsSaved.Builder saved = CursorsSaved.newBuilder();
    for (CursorUpdate update : updates) {
      Log log = logs.get(update.getConversationId());
      if (log != null && log.generation == update.getGeneration()) {
        long asked = update.getAcked() < 0 ? Long.MAX_VALUE : update.getAcked();
        log.acked = Math.max(log.acked, Math.min(asked, log.entries.size()));
        log.hasCursor = true;
        saved.addCursors(update.toBuilder().setAcked(log.acked));
      }
    }
    return saved.build();
  }
}
