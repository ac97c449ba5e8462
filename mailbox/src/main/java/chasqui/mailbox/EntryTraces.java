package chasqui.mailbox;

import chasqui.log.v1.Entry;
import chasqui.mailbox.store.CursorStore.Cursor;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.store.v1.DeviceRow;
import chasqui.trace.v1.EntryTraced;
import chasqui.trace.v1.TraceEntry;
import chasqui.trace.v1.TracedDevice;
import chasqui.trace.v1.TracedUser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Tells operators what is stored of an entry and its readers: stamp, memberships, devices, cursors; never what it says.
/// Nothing is kept for it.
final class EntryTraces {

  /// Users looked at in one answer.
  static final int USERS_MAX = 50;
  /// Devices looked at in one answer; those of further users are left out.
  static final int DEVICES_MAX = 500;

  private final StripeContext context;
  private final StateReads reads;

  EntryTraces(StripeContext context, StateReads reads) {
    this.context = context;
    this.reads = reads;
  }

  void take(Ask ask) {
    reads.one(ask, ask.request.getTraceEntry().getConversationId(), state -> trace(ask, state));
  }

  private void trace(Ask ask, ConversationState state) {
    long seq = ask.request.getTraceEntry().getSeq();
    if (seq < 1 || seq > state.head) {
      context.answers.refuse(ask, Refusals.NOT_FOUND);
      return;
    }
    context.read(ask, context.store.conversations().readLog(state.id, seq - 1, seq, 1, Integer.MAX_VALUE, false),
        (List<Entry> read) -> {
          if (read.isEmpty()) {
            context.answers.refuse(ask, Refusals.NOT_FOUND);
          } else {
            new Run(ask, state, read.getFirst()).begin();
          }
        });
  }

  private final class Run {
    private final Ask ask;
    private final ConversationState state;
    private final long seq;
    private final EntryTraced.Builder answer;
    private final List<String> users;
    private int devices;

    Run(Ask ask, ConversationState state, Entry entry) {
      TraceEntry asked = ask.request.getTraceEntry();
      this.ask = ask;
      this.state = state;
      this.seq = entry.getSeq();
      this.users = asked.getUserIdsCount() > 0 ? asked.getUserIdsList() : state.roster.users();
      this.answer = EntryTraced.newBuilder().setGeneration(state.generation).setHead(state.head)
          .setStampMicros(entry.getStampMicros()).setSenderUserId(entry.getSenderUser())
          .setSenderDeviceId(entry.getSenderDevice());
    }

    void begin() {
      user(0);
    }

    /// One user after the other, so that one trace holds one read of the store.
    private void user(int number) {
      if (number >= Math.min(users.size(), USERS_MAX) || devices >= DEVICES_MAX) {
        answer.setLeftOut(users.size() - number);
        context.answers.give(ask, MailboxResponse.newBuilder().setEntryTraced(answer));
        return;
      }
      String userId = users.get(number);
      Membership newest = state.roster.newest(userId);
      boolean reader = newest != null && newest.sees(seq);
      TracedUser.Builder traced = TracedUser.newBuilder().setUserId(userId).setReader(reader);
      context.read(ask, context.store.users().listDevices(userId), (List<DeviceRow> rows) -> {
        devices += rows.size();
        device(rows, new ArrayList<>(rows.size()), done -> {
          answer.addUsers(traced.addAllDevices(done));
          user(number + 1);
        });
      });
    }

    private void device(List<DeviceRow> rows, List<TracedDevice> done, Then then) {
      if (done.size() == rows.size()) {
        then.done(done);
        return;
      }
      DeviceRow row = rows.get(done.size());
      String userId = users.get(answer.getUsersCount());
      context.read(ask, context.store.cursors().load(userId, row.getDeviceId(), List.of(state.id)),
          (Map<String, Cursor> cursors) -> {
            Cursor cursor = cursors.get(state.id);
            done.add(TracedDevice.newBuilder().setDeviceId(row.getDeviceId())
                .setRegisteredMicros(row.getRegisteredMicros())
                .setAcked(cursor == null || cursor.generation() != state.generation ? 0 : cursor.acked()).build());
            device(rows, done, then);
          });
    }
  }

  /// What follows once all devices of a user are known.
  @FunctionalInterface
  private interface Then {
    void done(List<TracedDevice> devices);
  }
}
