package chasqui.mailbox;

import chasqui.discovery.CrashPoints;
import chasqui.log.v1.ConversationKind;
import chasqui.log.v1.Deletion;
import chasqui.log.v1.Edit;
import chasqui.log.v1.Message;
import chasqui.log.v1.Pin;
import chasqui.log.v1.Reaction;
import chasqui.log.v1.Role;
import chasqui.log.v1.TextContent;
import chasqui.mailbox.memory.MemoryStore;
import chasqui.mailbox.v1.AddMembers;
import chasqui.mailbox.v1.Append;
import chasqui.mailbox.v1.Caller;
import chasqui.mailbox.v1.ChangesRead;
import chasqui.mailbox.v1.CreateConversation;
import chasqui.mailbox.v1.IdKind;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.RangeRead;
import chasqui.mailbox.v1.ReadChanges;
import chasqui.mailbox.v1.ReadRange;
import chasqui.mailbox.v1.RemoveMember;
import chasqui.mailbox.v1.Rename;
import chasqui.mailbox.v1.SetRole;
import com.google.protobuf.ByteString;
import io.opentelemetry.api.OpenTelemetry;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;

/// A stripe over a store in memory, on the test's thread.
public final class Harness {

  public static final long START_MICROS = 1_800_000_000_000_000L;
  static final long DAY_MICROS = 86_400_000_000L;

  final HeldStore held = new HeldStore();
  final MemoryStore store = new MemoryStore(held, () -> Instant.EPOCH.plus(nowMicros(), ChronoUnit.MICROS));
  final RecordingPort port = new RecordingPort();
  final ConversationIds ids = new ConversationIds(new byte[32]);
  final MailboxConfig config;
  long nowMicros = START_MICROS;
  Stripe stripe;

  private final ArrayDeque<Runnable> reentering = new ArrayDeque<>();
  private long lastRequestId;
  private long lastAnyId;

  public Harness() {
    this(MailboxConfig.DEFAULT);
  }

  Harness(MailboxConfig config) {
    this.config = config;
    restart();
  }

  private long nowMicros() {
    return nowMicros;
  }

  /// A new stripe on the same store: what was only in memory is gone.
  void restart() {
    restart(new SoleCustody());
  }

  void restart(Custody custody) {
    reentering.clear();
    stripe = new Stripe(
        0, config, store, custody, new MailboxMetrics(OpenTelemetry.noop().getMeter("test")), CrashPoints.NONE,
        reentering::addLast);
  }

  /// Hands a request in without letting anything else happen.
  long submit(MailboxRequest.Builder request) {
    return submit(request, port);
  }

  long submit(MailboxRequest.Builder request, MailboxPort to) {
    long id = ++lastRequestId;
    stripe.handle(request.setRequestId(id).build(), to, 0, nowMicros);
    return id;
  }

  /// Lets everything happen that is not held.
  void settle() {
    boolean moved;
    do {
      stripe.flush(nowMicros);
      moved = held.runReady();
      for (Runnable next = reentering.pollFirst(); next != null; next = reentering.pollFirst()) {
        stripe.resume(next, nowMicros);
        moved = true;
      }
    } while (moved);
  }

  /// Hands a request in and lets everything happen.
  long run(MailboxRequest.Builder request) {
    long id = submit(request);
    settle();
    return id;
  }

  public static MailboxRequest.Builder by(String user) {
    return by(user, user + "-phone");
  }

  static MailboxRequest.Builder by(String user, String device) {
    return MailboxRequest.newBuilder().setCaller(Caller.newBuilder().setUserId(user).setDeviceId(device));
  }

  static ByteString countedId(long counter) {
    return countedId(counter, (int) counter);
  }

  static ByteString countedId(long counter, int salt) {
    return ByteString.copyFrom(ByteBuffer.allocate(20).putLong(counter).putInt(salt).rewind());
  }

  static Message text(String text) {
    return Message.newBuilder().setText(TextContent.newBuilder().setText(text)).build();
  }

  static Append.Builder message(String conversation, long counter, String text) {
    return Append.newBuilder()
        .setConversationId(conversation)
        .setIdKind(IdKind.ID_KIND_COUNTED)
        .setClientMessageId(countedId(counter))
        .setMessage(text(text));
  }

  public MailboxRequest.Builder send(String user, String conversation, long counter, String text) {
    return by(user).setAppend(message(conversation, counter, text));
  }

  /// A change under an id of its own.
  MailboxRequest.Builder change(String user, String conversation, Consumer<Append.Builder> what) {
    Append.Builder append = Append.newBuilder()
        .setConversationId(conversation)
        .setIdKind(IdKind.ID_KIND_ANY)
        .setClientMessageId(ByteString.copyFromUtf8("change-" + ++lastAnyId));
    what.accept(append);
    return by(user, "").setAppend(append);
  }

  public MailboxRequest.Builder add(String user, String conversation, String... users) {
    return change(user, conversation,
        append -> append.setAddMembers(AddMembers.newBuilder().addAllUserIds(List.of(users))));
  }

  public MailboxRequest.Builder remove(String user, String conversation, String removed) {
    return change(user, conversation,
        append -> append.setRemoveMember(RemoveMember.newBuilder().setUserId(removed)));
  }

  MailboxRequest.Builder setRole(String user, String conversation, String member, Role role) {
    return change(user, conversation,
        append -> append.setSetRole(SetRole.newBuilder().setUserId(member).setRole(role)));
  }

  MailboxRequest.Builder rename(String user, String conversation, String title) {
    return change(user, conversation, append -> append.setRename(Rename.newBuilder().setTitle(title)));
  }

  MailboxRequest.Builder edit(String user, String conversation, long target, String text) {
    return change(user, conversation,
        append -> append.setEdit(Edit.newBuilder().setTargetSeq(target).setMessage(text(text))));
  }

  MailboxRequest.Builder delete(String user, String conversation, long target) {
    return change(user, conversation, append -> append.setDeletion(Deletion.newBuilder().setTargetSeq(target)));
  }

  MailboxRequest.Builder react(String user, String conversation, long target, String emoji) {
    return change(user, conversation,
        append -> append.setReaction(Reaction.newBuilder().setTargetSeq(target).setEmoji(emoji)));
  }

  MailboxRequest.Builder pin(String user, String conversation, long target, boolean removed) {
    return change(user, conversation,
        append -> append.setPin(Pin.newBuilder().setTargetSeq(target).setRemoved(removed)));
  }

  /// What the user may see of the changes of the messages in `(after, upto]`.
  ChangesRead changes(String user, String conversation, long after, long upto) {
    return port.answer(run(by(user).setReadChanges(ReadChanges.newBuilder()
        .setConversationId(conversation).setAfter(after).setUpto(upto).setChangesUpto(Long.MAX_VALUE)))).getChangesRead();
  }

  MailboxRequest.Builder createDirect(String user, String peer) {
    return by(user).setAppend(Append.newBuilder()
        .setConversationId(ids.direct(user, peer))
        .setIdKind(IdKind.ID_KIND_ANY)
        .setCreate(CreateConversation.newBuilder()
            .setKind(ConversationKind.CONVERSATION_KIND_DIRECT)
            .addMemberUserIds(peer)));
  }

  public MailboxRequest.Builder createGroup(String user, String requestId, String title, List<String> others) {
    ByteString id = ByteString.copyFromUtf8(requestId);
    return by(user).setAppend(Append.newBuilder()
        .setConversationId(ids.group(user, id.toByteArray()))
        .setIdKind(IdKind.ID_KIND_ANY)
        .setClientMessageId(id)
        .setCreate(CreateConversation.newBuilder()
            .setKind(ConversationKind.CONVERSATION_KIND_GROUP)
            .setTitle(title)
            .addAllMemberUserIds(others)));
  }

  /// A committed 1:1 conversation of alice and bob.
  String direct() {
    return port.appended(run(createDirect("alice", "bob"))).getConversationId();
  }

  /// A committed group that alice owns.
  String group(String... others) {
    return port.appended(run(createGroup("alice", "a group", "friends", List.of(others)))).getConversationId();
  }

  public MailboxRequest.Builder range(String user, String conversation, long after, long upto) {
    return by(user).setReadRange(ReadRange.newBuilder()
        .setConversationId(conversation).setAfter(after).setUpto(upto).setEntriesMax(500));
  }

  RangeRead read(String user, String conversation, long after, long upto) {
    return port.answer(run(range(user, conversation, after, upto))).getRangeRead();
  }

  public static List<Long> seqs(RangeRead read) {
    return read.getEntriesList().stream().map(entry -> entry.getSeq()).toList();
  }
}
