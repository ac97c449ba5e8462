package chasqui.mailbox;

import static chasqui.mailbox.Harness.DAY_MICROS;
import static chasqui.mailbox.Harness.START_MICROS;
import static chasqui.mailbox.Harness.by;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.CompleteSync;
import chasqui.mailbox.v1.DeriveConversationId;
import chasqui.mailbox.v1.DeviceRegistered;
import chasqui.mailbox.v1.KnownDevice;
import chasqui.mailbox.v1.ListDevices;
import chasqui.mailbox.v1.ListMemberships;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.Marks;
import chasqui.mailbox.v1.Memberships;
import chasqui.mailbox.v1.ReadMarks;
import chasqui.mailbox.v1.RegisterDevice;
import chasqui.mailbox.v1.Revoke;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UserDeskTest {

  private static final int TODAY = (int) (START_MICROS / DAY_MICROS);

  private final Harness mailbox = new Harness();

  private MailboxRequest.Builder register(String device, long issuedMicros) {
    return by("alice", device).setRegisterDevice(
        RegisterDevice.newBuilder().setTokenIssuedSeconds(issuedMicros / 1_000_000));
  }

  private DeviceRegistered registered(String device) {
    return mailbox.port.answer(mailbox.run(register(device, mailbox.nowMicros))).getDeviceRegistered();
  }

  private long revoke(String device) {
    long id = mailbox.run(by("alice").setRevoke(Revoke.newBuilder().setDeviceId(device)));
    return mailbox.port.answer(id).getRevoked().getRevokedMicros();
  }

  private List<String> devices() {
    long id = mailbox.run(by("alice").setListDevices(ListDevices.newBuilder()));
    return mailbox.port.answer(id).getDevices().getDevicesList().stream().map(KnownDevice::getDeviceId).toList();
  }

  @Test
  void aDeviceIsRegisteredOnceAndDurablyBeforeTheAnswer() {
    mailbox.held.hold("saveDevice");
    long first = mailbox.run(register("phone", mailbox.nowMicros));
    long again = mailbox.run(register("phone", mailbox.nowMicros));
    assertFalse(mailbox.port.isAnswered(first));
    assertFalse(mailbox.port.isAnswered(again), "changes of one user happen one at a time");
    mailbox.held.release("saveDevice");
    mailbox.settle();
    assertTrue(mailbox.port.answer(first).getDeviceRegistered().getNewDevice());
    assertFalse(mailbox.port.answer(again).getDeviceRegistered().getNewDevice());
    mailbox.nowMicros += DAY_MICROS;
    mailbox.restart();
    assertEquals(START_MICROS, registered("phone").getRegisteredMicros());
    assertEquals(List.of("phone"), devices());
  }

  @Test
  void aSignOutRefusesTokensIssuedBeforeIt() {
    registered("phone");
    registered("laptop");
    mailbox.nowMicros += 10_500_000;
    assertEquals(mailbox.nowMicros, revoke("phone"));
    assertEquals(Reason.REASON_REVOKED, mailbox.port.reason(mailbox.run(register("phone", START_MICROS))));
    assertEquals(Reason.REASON_REVOKED, mailbox.port.reason(mailbox.run(register("phone", mailbox.nowMicros))),
        "issued in the same second");
    assertFalse(mailbox.port.answer(mailbox.run(register("laptop", START_MICROS))).hasRefusal());
    assertEquals(List.of("laptop"), devices());

    mailbox.nowMicros += 1_000_000;
    DeviceRegistered back = registered("phone");
    assertTrue(back.getNewDevice());
    assertEquals(mailbox.nowMicros, back.getRegisteredMicros());
    assertEquals(List.of("laptop", "phone"), devices());
    assertFalse(registered("phone").getNewDevice());
  }

  @Test
  void aSignOutOfTheUserHoldsForEveryDevice() {
    registered("phone");
    mailbox.nowMicros += 10_000_000;
    revoke("");
    assertEquals(List.of(), devices());
    assertEquals(Reason.REASON_REVOKED, mailbox.port.reason(mailbox.run(register("phone", START_MICROS))));
    assertEquals(Reason.REASON_REVOKED, mailbox.port.reason(mailbox.run(register("new", START_MICROS))));
    mailbox.restart();
    assertEquals(Reason.REASON_REVOKED, mailbox.port.reason(mailbox.run(register("phone", START_MICROS))));
    mailbox.nowMicros += 1_000_000;
    assertTrue(registered("phone").getNewDevice());
  }

  @Test
  void aSignOutDoesNotGoBackInTime() {
    registered("phone");
    long revoked = revoke("");
    mailbox.nowMicros -= 5_000_000;
    assertEquals(revoked, revoke(""));
    assertEquals(START_MICROS, revoke("phone"), "never before the registration");
  }

  @Test
  void anUnknownDeviceCannotBeSignedOutOrSynced() {
    long revoke = mailbox.run(by("alice").setRevoke(Revoke.newBuilder().setDeviceId("none")));
    assertEquals(Reason.REASON_NOT_FOUND, mailbox.port.reason(revoke));
    long sync = mailbox.run(by("alice", "none").setCompleteSync(CompleteSync.newBuilder().setStartedMicros(1)));
    assertEquals(Reason.REASON_NOT_FOUND, mailbox.port.reason(sync));
  }

  @Test
  void aCallerWithoutADeviceIsCheckedAgainstTheSignOutOfAllAndStoresNothing() {
    registered("phone");
    assertEquals(DeviceRegistered.getDefaultInstance(), registered(""));
    assertEquals(List.of("phone"), devices());
    mailbox.nowMicros += 10_000_000;
    revoke("phone");
    assertEquals(DeviceRegistered.getDefaultInstance(), registered(""));
    revoke("");
    assertEquals(Reason.REASON_REVOKED, mailbox.port.reason(mailbox.run(register("", START_MICROS))));
    mailbox.nowMicros += 1_000_000;
    assertEquals(DeviceRegistered.getDefaultInstance(), registered(""));
  }

  @Test
  void aCompletedSyncIsRememberedAndNeverDatedBackOrAhead() {
    registered("phone");
    assertEquals(0, registered("phone").getSyncedMicros());
    completeSync(START_MICROS - 7);
    assertEquals(START_MICROS - 7, registered("phone").getSyncedMicros());
    completeSync(START_MICROS - 99);
    assertEquals(START_MICROS - 7, registered("phone").getSyncedMicros());
    completeSync(START_MICROS + DAY_MICROS);
    assertEquals(START_MICROS, registered("phone").getSyncedMicros());
  }

  private void completeSync(long started) {
    long id = mailbox.run(by("alice", "phone").setCompleteSync(CompleteSync.newBuilder().setStartedMicros(started)));
    assertTrue(mailbox.port.answer(id).hasSyncCompleted());
  }

  @Test
  void devicesAndWaitingChangesAreBounded() {
    Harness small = new Harness(MailboxConfig.DEFAULT.withUsers(new MailboxConfig.Users(2, 3)));
    List<Long> requests = new ArrayList<>();
    small.held.hold("loadUser");
    for (int i = 0; i < 5; i++) {
      requests.add(small.run(register("device-" + i, small.nowMicros)));
    }
    assertEquals(Reason.REASON_OVERLOADED, small.port.reason(requests.get(4)), "one under way, three wait");
    small.held.release("loadUser");
    small.settle();
    assertTrue(small.port.answer(requests.get(1)).getDeviceRegistered().getNewDevice());
    assertEquals(Reason.REASON_DEVICE_CAP, small.port.reason(requests.get(2)));
    assertEquals("2", small.port.refusal(requests.get(3)).getMetadataOrThrow("max"));
    assertTrue(small.stripe.isIdle());
  }

  @Test
  void aFailingStoreRefusesAndTheNextChangeGoesOn() {
    Map<String, Reason> refusals = Map.of(
        "loadUser", Reason.REASON_UNAVAILABLE,
        "listDevices", Reason.REASON_UNAVAILABLE,
        "saveDevice", Reason.REASON_OUTCOME_UNKNOWN);
    refusals.forEach((operation, reason) -> {
      mailbox.store.setFailing(operation, true);
      assertEquals(reason, mailbox.port.reason(mailbox.run(register("phone", mailbox.nowMicros))));
      mailbox.store.setFailing(operation, false);
    });
    assertTrue(registered("phone").getNewDevice());
  }

  @Test
  void everyMemberHasAMarkOncePerDay() {
    String group = mailbox.group("bob");
    mailbox.run(mailbox.send("alice", group, 1, "same day"));
    assertEquals(0, mailbox.port.pushes().getLast().getMarkedUsersCount());
    mailbox.run(mailbox.add("alice", group, "carol"));
    assertEquals(List.of("carol"), mailbox.port.pushes().getLast().getMarkedUsersList());
    mailbox.nowMicros += DAY_MICROS;
    mailbox.run(mailbox.remove("alice", group, "bob"));
    assertEquals(List.of("alice", "carol", "bob"), mailbox.port.pushes().getLast().getMarkedUsersList(),
        "whoever leaves still has to learn of it");
    mailbox.nowMicros += DAY_MICROS;
    mailbox.run(mailbox.send("alice", group, 2, "next day"));
    assertEquals(List.of("alice", "carol"), mailbox.port.pushes().getLast().getMarkedUsersList());
    mailbox.restart();
    mailbox.run(mailbox.send("alice", group, 3, "after a load marks are written again"));
    assertEquals(List.of("alice", "carol"), mailbox.port.pushes().getLast().getMarkedUsersList());

    assertEquals(List.of(group), marks("bob", TODAY, TODAY + 2).getConversationIdsList());
    assertEquals(List.of(), marks("bob", TODAY + 2, TODAY + 2).getConversationIdsList());
    assertEquals(List.of(group), marks("carol", TODAY + 2, TODAY + 2).getConversationIdsList());
    assertEquals(List.of(), marks("mallory", TODAY, TODAY + 2).getConversationIdsList());
  }

  private Marks marks(String user, int from, int to) {
    long id = mailbox.run(by(user).setReadMarks(ReadMarks.newBuilder().setFromDay(from).setToDay(to).setPageSize(10)));
    return mailbox.port.answer(id).getMarks();
  }

  @Test
  void aSpanOfDaysMustBeInOrderAndBounded() {
    for (int[] days : new int[][] {{5, 4}, {0, 62}, {-1, 3}, {Integer.MIN_VALUE, Integer.MAX_VALUE}, {0, -1}}) {
      long id = mailbox.run(by("alice").setReadMarks(ReadMarks.newBuilder().setFromDay(days[0]).setToDay(days[1])));
      assertEquals(Reason.REASON_INVALID_FIELD, mailbox.port.reason(id));
    }
  }

  @Test
  void membershipsAreListedInPagesPastOnesIncluded() {
    List<String> joined = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      String group = mailbox.port.appended(mailbox.run(mailbox.createGroup("alice", "r" + i, "t", List.of("bob"))))
          .getConversationId();
      joined.add(group);
      mailbox.nowMicros += 1_000;
    }
    mailbox.run(mailbox.remove("alice", joined.getFirst(), "bob"));
    List<String> listed = new ArrayList<>();
    String token = "";
    do {
      long id = mailbox.run(by("bob").setListMemberships(
          ListMemberships.newBuilder().setPageToken(token).setPageSize(2)));
      Memberships page = mailbox.port.answer(id).getMemberships();
      listed.addAll(page.getConversationIdsList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    assertEquals(joined, listed);
  }

  @Test
  void conversationIdsAreDerivedAlikeForBothSides() {
    String one = derive("alice", DeriveConversationId.newBuilder().setPeerUserId("bob"));
    assertEquals(one, derive("bob", DeriveConversationId.newBuilder().setPeerUserId("alice")));
    assertTrue(one.matches("d[a-z2-7]{26}"), one);
    String group = derive("alice", DeriveConversationId.newBuilder().setGroupRequestId(ByteString.copyFromUtf8("bob")));
    assertTrue(group.matches("g[a-z2-7]{26}"), group);
    assertNotEquals(one.substring(1), group.substring(1));
    assertNotEquals(group,
        derive("bob", DeriveConversationId.newBuilder().setGroupRequestId(ByteString.copyFromUtf8("bob"))));
    for (DeriveConversationId.Builder bad : List.of(
        DeriveConversationId.newBuilder().setPeerUserId("alice"),
        DeriveConversationId.newBuilder().setPeerUserId(""),
        DeriveConversationId.newBuilder().setGroupRequestId(ByteString.EMPTY),
        DeriveConversationId.newBuilder())) {
      assertEquals(Reason.REASON_INVALID_FIELD,
          mailbox.port.reason(mailbox.run(by("alice").setDeriveConversationId(bad))));
    }
  }

  private String derive(String user, DeriveConversationId.Builder what) {
    long id = mailbox.run(by(user).setDeriveConversationId(what));
    return mailbox.port.answer(id).getConversationIdDerived().getConversationId();
  }

  @Test
  void conversationIdsAreAKnownFunctionOfTheKey() {
    // HMAC-SHA256 over kind, length of the first part, both parts; computed apart from this code.
    assertEquals("d3tnrsm2yar2edmt3rq4cdf6ss4", new ConversationIds(new byte[32]).direct("bob", "alice"));
  }
}
