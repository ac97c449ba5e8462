package chasqui.mailbox;

import chasqui.mailbox.v1.DeviceRegistered;
import chasqui.mailbox.v1.DeviceRenamed;
import chasqui.mailbox.v1.LastSeenSaved;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.PresenceVisibilitySet;
import chasqui.mailbox.v1.Refusal;
import chasqui.mailbox.v1.Revoked;
import chasqui.mailbox.v1.SyncCompleted;
import chasqui.people.v1.PresenceVisibility;
import chasqui.store.v1.DeviceRow;
import chasqui.store.v1.UserRow;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/// Changes what is stored of a user and their devices, one change of a user at a time; answers once it is durable.
///
/// A sign-out refuses every token issued up to its moment, to the second, as tokens tell time. A device that comes back
/// with a newer token is registered anew.
final class DeviceChanges {

  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final long MICROS_PER_MINUTE = 60 * MICROS_PER_SECOND;

  private final StripeContext context;
  private final UserQueue queue;

  DeviceChanges(StripeContext context) {
    this.context = context;
    this.queue = new UserQueue(context.config.users().waitingPerUserMax());
  }

  /// True if the device was signed out, alone or with all others, since it was registered.
  static boolean isSignedOut(DeviceRow row, UserRow user) {
    return Math.max(row.getRevokedMicros(), user.getRevokedMicros()) >= row.getRegisteredMicros();
  }

  void register(Ask ask) {
    if (ask.caller().getDeviceId().isEmpty()) {
      checkToken(ask);
      return;
    }
    change(ask, (user, device) -> {
      long revoked = Math.max(user.getRevokedMicros(), device.map(DeviceRow::getRevokedMicros).orElse(0L));
      if (isRefused(ask, revoked)) {
        refuse(ask, Refusals.REVOKED);
      } else if (device.isPresent() && !isSignedOut(device.get(), user)) {
        registered(ask, device.get(), false);
      } else {
        registerAnew(ask, user, device);
      }
    });
  }

  /// A caller without a device, as in unary calls: nothing is stored, only sign-outs of the whole user concern it.
  private void checkToken(Ask ask) {
    context.when(context.store.users().loadUser(ask.caller().getUserId()), (user, failure) -> {
      if (failure != null) {
        context.answers.refuse(ask, context.readFailed(failure));
      } else if (isRefused(ask, user.getRevokedMicros())) {
        context.answers.refuse(ask, Refusals.REVOKED);
      } else {
        context.answers.give(ask, MailboxResponse.newBuilder().setDeviceRegistered(DeviceRegistered.newBuilder()));
      }
    });
  }

  private static boolean isRefused(Ask ask, long revokedMicros) {
    long issued = ask.request.getRegisterDevice().getTokenIssuedSeconds();
    return revokedMicros > 0 && issued <= Math.floorDiv(revokedMicros, MICROS_PER_SECOND);
  }

  /// A device that was signed out does not come back under another id with the token that it had: whoever registers needs
  /// a token from after the last sign-out of any.
  private void registerAnew(Ask ask, UserRow user, Optional<DeviceRow> before) {
    read(ask, context.store.users().listDevices(ask.caller().getUserId()), (List<DeviceRow> rows) -> {
      long revoked = rows.stream().mapToLong(DeviceRow::getRevokedMicros)
          .reduce(Math.max(user.getRevokedMicros(), user.getDevicesRevokedMicros()), Math::max);
      List<DeviceRow> gone = rows.stream().filter(row -> isSignedOut(row, user)).toList();
      int devicesMax = context.config.users().devicesMax();
      if (isRefused(ask, revoked)) {
        refuse(ask, Refusals.REVOKED);
      } else if (rows.size() - gone.size() >= devicesMax) {
        refuse(ask, Refusals.tooManyDevices(devicesMax));
      } else if (before.isEmpty() && rows.size() >= devicesMax) {
        forgetOne(ask, user, gone, () -> saveAnew(ask, Optional.empty(), revoked));
      } else {
        saveAnew(ask, before, revoked);
      }
    });
  }

  /// As many are remembered as are listed: the one signed out first makes room. What its sign-out forbids is kept.
  private void forgetOne(Ask ask, UserRow user, List<DeviceRow> gone, Runnable then) {
    String userId = ask.caller().getUserId();
    DeviceRow oldest = gone.stream().min(Comparator.comparingLong(DeviceRow::getRevokedMicros)).orElseThrow();
    UserRow row = user.toBuilder()
        .setDevicesRevokedMicros(Math.max(user.getDevicesRevokedMicros(), oldest.getRevokedMicros())).build();
    write(ask, context.store.users().saveUser(userId, row), () ->
        write(ask, context.store.users().removeDevice(userId, oldest.getDeviceId()), then));
  }

  private void saveAnew(Ask ask, Optional<DeviceRow> before, long revoked) {
    DeviceRow row = DeviceRow.newBuilder()
        .setDeviceId(ask.caller().getDeviceId())
        .setRegisteredMicros(Math.max(context.nowMicros, revoked + 1))
        .setRevokedMicros(before.map(DeviceRow::getRevokedMicros).orElse(0L))
        .setName(DeviceNames.of(ask.request.getRegisterDevice().getDeviceName()))
        .setLastSeenMicros(coarse(context.nowMicros))
        .build();
    write(ask, context.store.users().saveDevice(ask.caller().getUserId(), row), () -> registered(ask, row, true));
  }

  private void registered(Ask ask, DeviceRow row, boolean anew) {
    give(ask, MailboxResponse.newBuilder().setDeviceRegistered(DeviceRegistered.newBuilder()
        .setRegisteredMicros(row.getRegisteredMicros())
        .setNewDevice(anew)
        .setSyncedMicros(row.getSyncedMicros())));
  }

  /// Signs out the device that the request names, or all.
  void revoke(Ask ask) {
    String userId = ask.caller().getUserId();
    String deviceId = ask.request.getRevoke().getDeviceId();
    change(ask, deviceId, (user, device) -> {
      if (deviceId.isEmpty()) {
        long revoked = Math.max(context.nowMicros, user.getRevokedMicros());
        UserRow row = user.toBuilder().setRevokedMicros(revoked).build();
        write(ask, context.store.users().saveUser(userId, row), () -> revoked(ask, revoked));
      } else if (device.isEmpty()) {
        refuse(ask, Refusals.NO_DEVICE);
      } else {
        long revoked = Math.max(context.nowMicros, device.get().getRegisteredMicros());
        DeviceRow row = device.get().toBuilder().setRevokedMicros(revoked).build();
        write(ask, context.store.users().saveDevice(userId, row), () -> revoked(ask, revoked));
      }
    });
  }

  private void revoked(Ask ask, long revokedMicros) {
    give(ask, MailboxResponse.newBuilder().setRevoked(Revoked.newBuilder().setRevokedMicros(revokedMicros)));
  }

  /// Answered alike whether or not it was so before: a repeat, too, is told to all edges.
  void setPresenceVisibility(Ask ask) {
    PresenceVisibility visibility = ask.request.getSetPresenceVisibility().getVisibility();
    if (visibility == PresenceVisibility.PRESENCE_VISIBILITY_UNSPECIFIED || visibility == PresenceVisibility.UNRECOGNIZED) {
      context.answers.refuse(ask, Refusals.invalid("visibility", "one that is known"));
      return;
    }
    change(ask, (user, device) -> {
      UserRow row = user.toBuilder().setPresenceVisibility(visibility).build();
      write(ask, context.store.users().saveUser(ask.caller().getUserId(), row), () ->
          give(ask, MailboxResponse.newBuilder().setPresenceVisibilitySet(PresenceVisibilitySet.getDefaultInstance())));
    });
  }

  void completeSync(Ask ask) {
    long started = ask.request.getCompleteSync().getStartedMicros();
    change(ask, (user, device) -> {
      if (device.isEmpty()) {
        refuse(ask, Refusals.NO_DEVICE);
        return;
      }
      MailboxResponse.Builder done = MailboxResponse.newBuilder().setSyncCompleted(SyncCompleted.newBuilder());
      // A date in the future would hide what moves until then.
      long synced = Math.min(started, context.nowMicros);
      if (synced <= device.get().getSyncedMicros()) {
        give(ask, done);
        return;
      }
      DeviceRow row = device.get().toBuilder().setSyncedMicros(synced).build();
      write(ask, context.store.users().saveDevice(ask.caller().getUserId(), row), () -> give(ask, done));
    });
  }

  void rename(Ask ask) {
    String deviceId = ask.request.getRenameDevice().getDeviceId();
    String name = ask.request.getRenameDevice().getName();
    if (!DeviceNames.isGood(name)) {
      context.answers.refuse(ask, Refusals.invalid("name", "1 to " + DeviceNames.CHARACTERS_MAX + " characters, none to control"));
      return;
    }
    change(ask, deviceId, (user, device) -> {
      if (device.isEmpty() || isSignedOut(device.get(), user)) {
        refuse(ask, Refusals.NO_DEVICE);
        return;
      }
      DeviceRow row = device.get().toBuilder().setName(name).build();
      write(ask, context.store.users().saveDevice(ask.caller().getUserId(), row), () ->
          give(ask, MailboxResponse.newBuilder().setDeviceRenamed(DeviceRenamed.getDefaultInstance())));
    });
  }

  /// To the minute: nobody needs it finer, and within a minute nothing is written.
  void saveLastSeen(Ask ask) {
    long seen = coarse(Math.min(ask.request.getSaveLastSeen().getSeenMicros(), context.nowMicros));
    change(ask, (user, device) -> {
      MailboxResponse.Builder done = MailboxResponse.newBuilder().setLastSeenSaved(LastSeenSaved.getDefaultInstance());
      if (device.isEmpty()) {
        refuse(ask, Refusals.NO_DEVICE);
      } else if (seen <= device.get().getLastSeenMicros()) {
        give(ask, done);
      } else {
        DeviceRow row = device.get().toBuilder().setLastSeenMicros(seen).build();
        write(ask, context.store.users().saveDevice(ask.caller().getUserId(), row), () -> give(ask, done));
      }
    });
  }

  private static long coarse(long micros) {
    return micros - Math.floorMod(micros, MICROS_PER_MINUTE);
  }

  private interface Change {
    void make(UserRow user, Optional<DeviceRow> device);
  }

  private void change(Ask ask, Change change) {
    change(ask, ask.caller().getDeviceId(), change);
  }

  private void change(Ask ask, String deviceId, Change change) {
    String userId = ask.caller().getUserId();
    boolean taken = queue.run(userId, () ->
        read(ask, context.store.users().loadUser(userId), (UserRow user) ->
            read(ask, context.store.users().loadDevice(userId, deviceId), (Optional<DeviceRow> device) ->
                change.make(user, device))));
    if (!taken) {
      context.answers.refuse(ask, Refusals.overloaded("mailbox.user", context.config.queues().retryAfter()));
    }
  }

  private <T> void read(Ask ask, CompletionStage<T> stage, Consumer<T> then) {
    context.when(stage, (value, failure) -> {
      if (failure != null) {
        refuse(ask, context.readFailed(failure));
      } else {
        then.accept(value);
      }
    });
  }

  // Confirmed again once the write is acknowledged: then whoever owns the slot next reads it only afterwards. An owner that
  // was replaced before may have written what nobody will see.
  private void write(Ask ask, CompletionStage<Void> stage, Runnable then) {
    context.when(stage, (nothing, failure) -> {
      if (failure != null) {
        refuse(ask, context.writeFailed(failure));
      } else {
        context.confirmed(then, () -> refuse(ask, Refusals.OUTCOME_UNKNOWN));
      }
    });
  }

  private void refuse(Ask ask, Refusal refusal) {
    context.answers.refuse(ask, refusal);
    queue.done(ask.caller().getUserId());
  }

  private void give(Ask ask, MailboxResponse.Builder response) {
    context.answers.give(ask, response);
    queue.done(ask.caller().getUserId());
  }
}
