package chasqui.mailbox;

import static chasqui.mailbox.Harness.START_MICROS;
import static chasqui.mailbox.Harness.by;
import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.DescribePresence;
import chasqui.mailbox.v1.PresenceDescription;
import chasqui.mailbox.v1.RegisterDevice;
import chasqui.mailbox.v1.Revoke;
import chasqui.mailbox.v1.SaveLastSeen;
import chasqui.mailbox.v1.SetPresenceVisibility;
import chasqui.people.v1.PresenceVisibility;
import org.junit.jupiter.api.Test;

/// What is stored of a user's presence.
class PresenceTest {

  private static final long MINUTE = 60_000_000;
  private static final long START = START_MICROS - START_MICROS % MINUTE;

  private final Harness mailbox = new Harness();

  private void registered(String device) {
    mailbox.port.answer(mailbox.run(by("alice", device).setRegisterDevice(
        RegisterDevice.newBuilder().setTokenIssuedSeconds(mailbox.nowMicros / 1_000_000))));
  }

  private void seen(String device, long micros) {
    mailbox.port.answer(mailbox.run(by("alice", device).setSaveLastSeen(SaveLastSeen.newBuilder().setSeenMicros(micros))));
  }

  private long set(PresenceVisibility visibility) {
    return mailbox.run(by("alice", "").setSetPresenceVisibility(SetPresenceVisibility.newBuilder().setVisibility(visibility)));
  }

  /// As asked for bob's sake: a mailbox answers edges about anybody.
  private PresenceDescription alice() {
    return mailbox.port.answer(mailbox.run(by("bob").setDescribePresence(
        DescribePresence.newBuilder().setUserId("alice")))).getPresenceDescription();
  }

  @Test
  void somebody_of_whom_nothing_is_stored_shows_everything_and_was_never_seen() {
    assertEquals(
        PresenceDescription.newBuilder().setVisibility(PresenceVisibility.PRESENCE_VISIBILITY_ONLINE_AND_LAST_SEEN).build(),
        alice());
    assertEquals(Reason.REASON_INVALID_FIELD, mailbox.port.reason(mailbox.run(by("bob").setDescribePresence(
        DescribePresence.newBuilder().setUserId("x".repeat(65))))));
  }

  @Test
  void last_seen_is_that_of_the_device_seen_last_which_is_not_signed_out() {
    registered("phone");
    registered("laptop");
    mailbox.nowMicros = START + 60 * MINUTE;
    seen("phone", START + 10 * MINUTE);
    seen("laptop", START + 20 * MINUTE + 7);
    assertEquals(START + 20 * MINUTE, alice().getLastSeenMicros());
    mailbox.port.answer(mailbox.run(by("alice", "").setRevoke(Revoke.newBuilder().setDeviceId("laptop"))));
    assertEquals(START + 10 * MINUTE, alice().getLastSeenMicros());
    mailbox.port.answer(mailbox.run(by("alice", "").setRevoke(Revoke.newBuilder())));
    assertEquals(0, alice().getLastSeenMicros());
  }

  @Test
  void a_choice_survives_a_restart_and_a_sign_out_and_can_be_changed() {
    mailbox.port.answer(set(PresenceVisibility.PRESENCE_VISIBILITY_HIDDEN));
    mailbox.restart();
    assertEquals(PresenceVisibility.PRESENCE_VISIBILITY_HIDDEN, alice().getVisibility());
    mailbox.port.answer(mailbox.run(by("alice", "").setRevoke(Revoke.newBuilder())));
    assertEquals(PresenceVisibility.PRESENCE_VISIBILITY_HIDDEN, alice().getVisibility());
    mailbox.port.answer(set(PresenceVisibility.PRESENCE_VISIBILITY_ONLINE_ONLY));
    assertEquals(PresenceVisibility.PRESENCE_VISIBILITY_ONLINE_ONLY, alice().getVisibility());
    assertEquals(Reason.REASON_REVOKED, mailbox.port.reason(mailbox.run(by("alice", "phone").setRegisterDevice(
        RegisterDevice.newBuilder().setTokenIssuedSeconds(mailbox.nowMicros / 1_000_000)))), "and a choice forgets no sign-out");
  }

  @Test
  void nothing_is_chosen_by_what_is_no_choice() {
    mailbox.port.answer(set(PresenceVisibility.PRESENCE_VISIBILITY_HIDDEN));
    assertEquals(Reason.REASON_INVALID_FIELD, mailbox.port.reason(set(PresenceVisibility.PRESENCE_VISIBILITY_UNSPECIFIED)));
    assertEquals(Reason.REASON_INVALID_FIELD, mailbox.port.reason(mailbox.run(by("alice", "").setSetPresenceVisibility(
        SetPresenceVisibility.newBuilder().setVisibilityValue(99)))));
    assertEquals(PresenceVisibility.PRESENCE_VISIBILITY_HIDDEN, alice().getVisibility());
  }
}
