package chasqui.edge.unary;

import chasqui.edge.session.PresenceCheck;
import chasqui.edge.session.Shown;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.PresenceDescription;
import chasqui.mailbox.v1.SetPresenceVisibility;
import chasqui.people.v1.GetPresenceRequest;
import chasqui.people.v1.GetPresenceResponse;
import chasqui.people.v1.GetPresenceVisibilityRequest;
import chasqui.people.v1.GetPresenceVisibilityResponse;
import chasqui.people.v1.PresenceServiceGrpc;
import chasqui.people.v1.PresenceState;
import chasqui.people.v1.SetPresenceVisibilityRequest;
import chasqui.people.v1.SetPresenceVisibilityResponse;
import chasqui.people.v1.UserPresence;
import io.grpc.stub.StreamObserver;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Who is online, asked once, and what the caller shows.
final class PresenceRpc extends PresenceServiceGrpc.PresenceServiceImplBase {

  // As the schema has it: so many users cost what one call does.
  private static final int USERS_PER_CALL = 20;

  private final Calls calls;
  private final PresenceLooks looks;

  PresenceRpc(Calls calls, PresenceLooks looks) {
    this.calls = calls;
    this.looks = looks;
  }

  @Override
  public void getPresence(GetPresenceRequest request, StreamObserver<GetPresenceResponse> observer) {
    calls.begin(observer, call -> {
      call.charge((request.getUserIdsCount() - 1) / USERS_PER_CALL);
      new Getting(call, request.getUserIdsList()).begin();
    });
  }

  @Override
  public void getPresenceVisibility(
      GetPresenceVisibilityRequest request, StreamObserver<GetPresenceVisibilityResponse> observer) {
    calls.begin(observer, call -> stored(call, check(call), call.user(), own ->
        call.reply(GetPresenceVisibilityResponse.newBuilder().setVisibility(own.getVisibility()).build())));
  }

  @Override
  public void setPresenceVisibility(
      SetPresenceVisibilityRequest request, StreamObserver<SetPresenceVisibilityResponse> observer) {
    calls.begin(observer, call -> call.ask(
        MailboxRequest.newBuilder().setSetPresenceVisibility(
            SetPresenceVisibility.newBuilder().setVisibility(request.getVisibility())),
        response -> call.reply(SetPresenceVisibilityResponse.getDefaultInstance())));
  }

  /// Asks in the name of the caller; what is refused is no failure of the call.
  private static PresenceCheck check(Calls.Call<?> call) {
    return new PresenceCheck((request, answer) -> {
      call.ask(
          request, response -> answer.answered(response, 0),
          refusal -> answer.answered(MailboxResponse.newBuilder().setRefusal(refusal).build(), 0));
      // Where it was not taken, the call has failed.
      return true;
    });
  }

  private static void stored(
      Calls.Call<?> call, PresenceCheck check, String userId, Consumer<PresenceDescription> then) {
    check.describe(userId, 0, (description, now) -> {
      if (description == null) {
        call.fail(Calls.unavailable("an owner does not answer"));
      } else {
        then.accept(description);
      }
    });
  }

  /// One call of `GetPresence`.
  private final class Getting {
    private final Calls.Call<GetPresenceResponse> call;
    private final List<String> userIds;
    private final PresenceCheck check;
    private final UserPresence[] found;

    Getting(Calls.Call<GetPresenceResponse> call, List<String> userIds) {
      this.call = call;
      this.userIds = userIds;
      this.check = check(call);
      this.found = new UserPresence[userIds.size()];
    }

    void begin() {
      stored(call, check, call.user(), own -> FewAtATime.ask(
          found.length, (index, answered) -> get(index, own, answered), () -> call.reply(
              GetPresenceResponse.newBuilder().addAllPresences(Arrays.asList(found)).build())));
    }

    private void get(int index, PresenceDescription own, Runnable answered) {
      String userId = userIds.get(index);
      check.judge(userId, 0, (verdict, now) -> {
        switch (verdict) {
          case LATER -> call.fail(Calls.unavailable("an owner does not answer"));
          case MAY_NOT -> give(index, PresenceState.PRESENCE_STATE_UNKNOWN, null, answered);
          case MAY_SEE -> stored(call, check, userId, theirs -> show(index, own, theirs, answered));
        }
      });
    }

    private void show(int index, PresenceDescription own, PresenceDescription theirs, Runnable answered) {
      Shown shown = Shown.between(own.getVisibility(), theirs.getVisibility());
      if (shown == Shown.NOTHING) {
        give(index, PresenceState.PRESENCE_STATE_UNKNOWN, null, answered);
        return;
      }
      looks.look(userIds.get(index), online -> give(
          index, state(online), shown == Shown.LAST_SEEN ? theirs : null, answered));
    }

    /// @param seen null where it is not told when they were
    private void give(int index, PresenceState state, PresenceDescription seen, Runnable answered) {
      UserPresence.Builder presence = UserPresence.newBuilder().setUserId(userIds.get(index)).setState(state);
      if (seen != null && seen.getLastSeenMicros() != 0 && state != PresenceState.PRESENCE_STATE_ONLINE) {
        presence.setLastSeenTime(DeviceRpc.timestamp(seen.getLastSeenMicros()));
      }
      found[index] = presence.build();
      answered.run();
    }

    private static PresenceState state(Optional<Boolean> online) {
      if (online.isEmpty()) {
        return PresenceState.PRESENCE_STATE_UNKNOWN;
      }
      return online.get() ? PresenceState.PRESENCE_STATE_ONLINE : PresenceState.PRESENCE_STATE_OFFLINE;
    }
  }
}
