package chasqui.mailbox;

import static chasqui.mailbox.Harness.START_MICROS;
import static chasqui.mailbox.Harness.by;
import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.KnownDevice;
import chasqui.mailbox.v1.ListDevices;
import chasqui.mailbox.v1.RegisterDevice;
import chasqui.mailbox.v1.RenameDevice;
import chasqui.mailbox.v1.Revoke;
import chasqui.mailbox.v1.SaveLastSeen;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What devices are called, and when they were last heard of.
class DeviceTest {

  private static final long MINUTE = 60_000_000;

  private final Harness mailbox = new Harness();

  private void registered(String device, String software) {
    mailbox.port.answer(mailbox.run(by("alice", device).setRegisterDevice(RegisterDevice.newBuilder()
        .setTokenIssuedSeconds(mailbox.nowMicros / 1_000_000).setDeviceName(software)))).getDeviceRegistered();
  }

  private long rename(String device, String name) {
    return mailbox.run(by("alice", "").setRenameDevice(RenameDevice.newBuilder().setDeviceId(device).setName(name)));
  }

  private long seen(String device, long micros) {
    return mailbox.run(by("alice", device).setSaveLastSeen(SaveLastSeen.newBuilder().setSeenMicros(micros)));
  }

  private KnownDevice only() {
    List<KnownDevice> devices =
        mailbox.port.answer(mailbox.run(by("alice", "").setListDevices(ListDevices.newBuilder()))).getDevices().getDevicesList();
    assertEquals(1, devices.size());
    return devices.getFirst();
  }

  @Test
  void a_new_device_is_called_what_its_software_calls_itself() {
    registered("phone", "  Chat\u0007 for\nphones/7 " + "x".repeat(100));
    assertEquals("Chat forphones/7 " + "x".repeat(45), only().getName());
    registered("phone", "another");
    assertEquals("Chat forphones/7 " + "x".repeat(45), only().getName(), "the first name stays");
  }

  @Test
  void a_device_is_renamed_and_stays_so() {
    registered("phone", "software");
    mailbox.port.answer(rename("phone", "Grandma's téléphone 👩‍👩‍👧"));
    mailbox.restart();
    registered("phone", "software");
    assertEquals("Grandma's téléphone 👩‍👩‍👧", only().getName());
    mailbox.port.answer(rename("phone", "😀".repeat(64)));
    for (String bad : List.of("", "😀".repeat(65), "a\nb", "a\u0000b", "\u2028")) {
      assertEquals(Reason.REASON_INVALID_FIELD, mailbox.port.reason(rename("phone", bad)));
    }
    assertEquals(Reason.REASON_NOT_FOUND, mailbox.port.reason(rename("tablet", "mine")));
    mailbox.run(by("alice", "").setRevoke(Revoke.newBuilder().setDeviceId("phone")));
    assertEquals(Reason.REASON_NOT_FOUND, mailbox.port.reason(rename("phone", "gone")));
  }

  @Test
  void last_seen_moves_forward_by_minutes_and_never_into_the_future() {
    registered("phone", "");
    long start = START_MICROS - START_MICROS % MINUTE;
    assertEquals(start, only().getLastSeenMicros());
    mailbox.nowMicros = start + 10 * MINUTE;
    int writes = mailbox.held.count("saveDevice");
    mailbox.port.answer(seen("phone", start + MINUTE - 1));
    mailbox.port.answer(seen("phone", start - MINUTE));
    assertEquals(writes, mailbox.held.count("saveDevice"), "nothing new, nothing written");
    mailbox.port.answer(seen("phone", start + 3 * MINUTE + 7));
    assertEquals(start + 3 * MINUTE, only().getLastSeenMicros());
    mailbox.port.answer(seen("phone", start + 99 * MINUTE));
    assertEquals(start + 10 * MINUTE, only().getLastSeenMicros());
    assertEquals(Reason.REASON_NOT_FOUND, mailbox.port.reason(seen("tablet", start)));
  }

  private long register(String device, long issuedSeconds) {
    return mailbox.run(by("alice", device).setRegisterDevice(
        RegisterDevice.newBuilder().setTokenIssuedSeconds(issuedSeconds)));
  }

  private void signOut(String device) {
    mailbox.port.answer(mailbox.run(by("alice", "").setRevoke(Revoke.newBuilder().setDeviceId(device))));
  }

  @Test
  void a_device_that_was_signed_out_does_not_come_back_under_another_name() {
    long issued = mailbox.nowMicros / 1_000_000;
    registered("tablet", "");
    registered("phone", "");
    signOut("tablet");
    mailbox.nowMicros += 10 * MINUTE;
    long later = mailbox.nowMicros / 1_000_000;
    mailbox.nowMicros += MINUTE;
    signOut("phone");
    for (String name : List.of("phone", "phone2", "tablet")) {
      assertEquals(Reason.REASON_REVOKED, mailbox.port.reason(register(name, issued)), name);
      assertEquals(Reason.REASON_REVOKED, mailbox.port.reason(register(name, later)), name + " with a token from between");
    }
    mailbox.nowMicros += MINUTE;
    registered("phone2", "");
    mailbox.port.answer(register("phone2", issued));
    assertEquals("phone2", only().getDeviceId());
  }

  @Test
  void devices_that_were_signed_out_make_room_and_what_that_forbids_stays() {
    int max = mailbox.config.users().devicesMax();
    long issued = mailbox.nowMicros / 1_000_000;
    for (int i = 0; i < max; i++) {
      registered("device" + i, "");
    }
    assertEquals(Reason.REASON_DEVICE_CAP, mailbox.port.reason(register("one more", issued)));
    mailbox.nowMicros += MINUTE;
    signOut("device7");
    mailbox.nowMicros += MINUTE;
    registered("one more", "");
    assertEquals(Reason.REASON_REVOKED, mailbox.port.reason(register("device7", issued)), "though its row is forgotten");
    assertEquals(Reason.REASON_DEVICE_CAP, mailbox.port.reason(register("device7", mailbox.nowMicros / 1_000_000)));
    mailbox.restart();
    assertEquals(Reason.REASON_REVOKED, mailbox.port.reason(register("device8000", issued)));
    mailbox.port.answer(register("device8", issued));
  }
}
