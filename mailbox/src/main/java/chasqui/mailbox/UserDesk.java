package chasqui.mailbox;

import chasqui.mailbox.store.UserStore;
import chasqui.mailbox.store.UserStore.Moved;
import chasqui.mailbox.store.UserStore.Page;
import chasqui.mailbox.store.UserStore.Span;
import chasqui.mailbox.v1.Activity;
import chasqui.mailbox.v1.ConversationIdDerived;
import chasqui.mailbox.v1.DeriveConversationId;
import chasqui.mailbox.v1.Devices;
import chasqui.mailbox.v1.KnownDevice;
import chasqui.mailbox.v1.ListActivity;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.Marks;
import chasqui.mailbox.v1.Memberships;
import chasqui.mailbox.v1.ReadMarks;
import chasqui.mailbox.v1.Refusal;
import chasqui.mailbox.v1.TimeSpan;
import chasqui.store.v1.DeviceRow;
import chasqui.store.v1.UserRow;
import java.util.List;

/// Answers what is asked about a user: marks, memberships, devices, presence, and ids of conversations to come.
final class UserDesk {

  private static final int PAGE_DEFAULT = 100;
  private static final int ACTIVITY_MAX = 1_000;

  private final StripeContext context;
  private final ConversationIds ids;
  private final DeviceChanges changes;
  private final PresenceDescriptions presence;

  UserDesk(StripeContext context, ConversationIds ids) {
    this.context = context;
    this.ids = ids;
    this.changes = new DeviceChanges(context);
    this.presence = new PresenceDescriptions(context);
  }

  void take(Ask ask) {
    Refusal problem = Rules.userProblem("caller.user_id", ask.caller().getUserId());
    if (problem != null) {
      context.answers.refuse(ask, problem);
      return;
    }
    context.confirmed(ask, () -> confirmed(ask));
  }

  private void confirmed(Ask ask) {
    switch (ask.request.getOperationCase()) {
      case READ_MARKS -> readMarks(ask);
      case LIST_MEMBERSHIPS -> listMemberships(ask);
      case LIST_ACTIVITY -> listActivity(ask);
      case REGISTER_DEVICE -> changes.register(ask);
      case LIST_DEVICES -> listDevices(ask);
      case RENAME_DEVICE -> changes.rename(ask);
      case SAVE_LAST_SEEN -> changes.saveLastSeen(ask);
      case REVOKE -> changes.revoke(ask);
      case SET_PRESENCE_VISIBILITY -> changes.setPresenceVisibility(ask);
      case DESCRIBE_PRESENCE -> presence.describe(ask);
      case COMPLETE_SYNC -> changes.completeSync(ask);
      case DERIVE_CONVERSATION_ID -> derive(ask);
      default -> throw new IllegalStateException("no operation of a user: " + ask.request.getOperationCase());
    }
  }

  private void readMarks(Ask ask) {
    ReadMarks asked = ask.request.getReadMarks();
    int days = asked.getToDay() - asked.getFromDay() + 1;
    if (asked.getFromDay() < 0 || asked.getToDay() < 0 || days < 1 || days > context.config.reads().markDaysMax()) {
      context.answers.refuse(ask,
          Refusals.invalid("read_marks.to_day", "from_day to " + context.config.reads().markDaysMax() + " days later"));
      return;
    }
    context.read(ask,
        context.store.users().readMarks(ask.caller().getUserId(), asked.getFromDay(), asked.getToDay(),
            asked.getPageToken(), pageSize(asked.getPageSize())),
        (Page page) -> context.answers.give(ask, MailboxResponse.newBuilder().setMarks(Marks.newBuilder()
            .addAllConversationIds(page.conversationIds())
            .setNextPageToken(page.nextPageToken()))));
  }

  private void listMemberships(Ask ask) {
    var asked = ask.request.getListMemberships();
    context.read(ask,
        context.store.users().listMemberships(
            ask.caller().getUserId(), asked.getPageToken(), pageSize(asked.getPageSize())),
        (Page page) -> context.answers.give(ask, MailboxResponse.newBuilder().setMemberships(Memberships.newBuilder()
            .addAllConversationIds(page.conversationIds())
            .setNextPageToken(page.nextPageToken()))));
  }

  private void listActivity(Ask ask) {
    ListActivity asked = ask.request.getListActivity();
    Span from = from(asked);
    int today = BatchBuilder.dayOf(context.nowMicros);
    int size = asked.getPageSize() < 1 ? ACTIVITY_MAX : Math.min(asked.getPageSize(), ACTIVITY_MAX);
    if (from == null || from.number() < 0 || asked.getOldestDay() < today - UserStore.MARK_LIFE_DAYS
        || (!from.isPeriod() && from.number() - asked.getOldestDay() > context.config.reads().markDaysMax())) {
      context.answers.refuse(ask, Refusals.invalid("list_activity", "a span, and days whose marks live"));
      return;
    }
    String after = asked.getAfterConversationId();
    context.read(ask, context.store.users().listActivity(
        ask.caller().getUserId(), from, after, asked.getOldestDay(), size), (List<Moved> found) -> {
      Activity.Builder activity = Activity.newBuilder();
      found.forEach(moved -> activity.addSpans(chasqui.mailbox.v1.Moved.newBuilder()
          .setSpan(timeSpan(moved.span())).addAllConversationIds(moved.conversationIds())));
      int count = found.stream().mapToInt(moved -> moved.conversationIds().size()).sum();
      context.answers.give(ask, MailboxResponse.newBuilder().setActivity(activity.setMore(count >= size)));
    });
  }

  private static Span from(ListActivity asked) {
    return switch (asked.getFrom().getSpanCase()) {
      case DAY -> Span.day(asked.getFrom().getDay());
      case PERIOD -> Span.period(asked.getFrom().getPeriod());
      case SPAN_NOT_SET -> null;
    };
  }

  private static TimeSpan timeSpan(Span span) {
    return span.isPeriod()
        ? TimeSpan.newBuilder().setPeriod(span.number()).build() : TimeSpan.newBuilder().setDay(span.number()).build();
  }

  private void listDevices(Ask ask) {
    String userId = ask.caller().getUserId();
    context.read(ask, context.store.users().loadUser(userId), (UserRow user) ->
        context.read(ask, context.store.users().listDevices(userId), (List<DeviceRow> rows) -> {
          Devices.Builder devices = Devices.newBuilder();
          for (DeviceRow row : rows) {
            if (!DeviceChanges.isSignedOut(row, user)) {
              devices.addDevices(KnownDevice.newBuilder()
                  .setDeviceId(row.getDeviceId())
                  .setRegisteredMicros(row.getRegisteredMicros())
                  .setName(row.getName())
                  .setLastSeenMicros(row.getLastSeenMicros()));
            }
          }
          context.answers.give(ask, MailboxResponse.newBuilder().setDevices(devices));
        }));
  }

  private void derive(Ask ask) {
    DeriveConversationId asked = ask.request.getDeriveConversationId();
    String userId = ask.caller().getUserId();
    switch (asked.getKindCase()) {
      case PEER_USER_ID -> {
        String peer = asked.getPeerUserId();
        Refusal problem = peer.equals(userId)
            ? Refusals.invalid("peer_user_id", "another user than the caller")
            : Rules.userProblem("peer_user_id", peer);
        derived(ask, problem, problem == null ? ids.direct(userId, peer) : null);
      }
      case GROUP_REQUEST_ID -> {
        int bytes = asked.getGroupRequestId().size();
        Refusal problem = bytes < 1 || bytes > ClientMessageId.ANY_BYTES_MAX
            ? Refusals.invalid("group_request_id", "1 to " + ClientMessageId.ANY_BYTES_MAX + " bytes")
            : null;
        derived(ask, problem, problem == null ? ids.group(userId, asked.getGroupRequestId().toByteArray()) : null);
      }
      case KIND_NOT_SET -> derived(ask, Refusals.invalid("kind", "a peer or a request id"), null);
    }
  }

  private void derived(Ask ask, Refusal problem, String conversationId) {
    if (problem != null) {
      context.answers.refuse(ask, problem);
      return;
    }
    context.answers.give(ask, MailboxResponse.newBuilder()
        .setConversationIdDerived(ConversationIdDerived.newBuilder().setConversationId(conversationId)));
  }

  private int pageSize(int asked) {
    int pageMax = context.config.reads().pageMax();
    return asked == 0 ? Math.min(PAGE_DEFAULT, pageMax) : asked < 0 ? pageMax : Math.min(asked, pageMax);
  }
}
