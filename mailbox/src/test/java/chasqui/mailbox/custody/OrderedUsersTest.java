package chasqui.mailbox.custody;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.discovery.Slots;
import chasqui.mailbox.memory.MemoryShared;
import chasqui.mailbox.memory.MemorySharedTables;
import chasqui.mailbox.memory.MemoryStore;
import chasqui.mailbox.memory.WriteFate;
import chasqui.store.v1.DeviceRow;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/// A later owner's writes stand against an earlier one's, for as many owners as a slot will have.
class OrderedUsersTest {

  private final MemoryShared rows = new MemoryShared(MemoryStore.DATA_SET, () -> JournalBench.START);
  private final HeldWork work = new HeldWork();
  private final MemorySharedTables tables = new MemorySharedTables(rows, work, WriteFate.Decider.ALL_DONE);

  private OrderedUsers ownerIn(long epoch) {
    return new OrderedUsers(tables.users(), new Slots(16), slot -> epoch);
  }

  private static DeviceRow phone(long registeredMicros) {
    return DeviceRow.newBuilder().setDeviceId("phone").setRegisteredMicros(registeredMicros).build();
  }

  private <T> CompletableFuture<T> ended(CompletionStage<T> stage) {
    while (work.runReady()) {
      // What was asked for may ask for more.
    }
    assertTrue(stage.toCompletableFuture().isDone());
    return stage.toCompletableFuture();
  }

  private Optional<DeviceRow> stored(String user) {
    return ended(tables.users().loadDevice(user, "phone")).join();
  }

  @Test
  void noOrderIsAheadOfTheClockHoweverManyOwnersASlotHad() {
    for (long epoch : new long[] {1, 200, 100_000, 400_000}) {
      ended(ownerIn(epoch).saveDevice("ann", phone(epoch))).join();
      assertEquals(Optional.of(phone(epoch)), stored("ann"), "epoch " + epoch);
    }
    assertTrue(ended(ownerIn(420_000).saveDevice("ann", phone(9))).isCompletedExceptionally());
    assertEquals(Optional.of(phone(400_000)), stored("ann"));
  }

  @Test
  void theLaterOwnerStandsHoweverMuchTheEarlierWrote() {
    OrderedUsers before = ownerIn(6);
    for (int i = 1; i <= 1_000; i++) {
      ended(before.saveDevice("ann", phone(i))).join();
    }
    assertEquals(Optional.of(phone(1_000)), stored("ann"));
    ended(ownerIn(7).saveDevice("ann", phone(2_000))).join();
    ended(before.removeDevice("ann", "phone")).join();
    assertEquals(Optional.of(phone(2_000)), stored("ann"));
  }

  @Test
  void anOwnerThatComesBackGoesOnInItsNewEpoch() {
    long[] epoch = {6};
    OrderedUsers owner = new OrderedUsers(tables.users(), new Slots(16), slot -> epoch[0]);
    ended(owner.saveDevice("ann", phone(1))).join();
    ended(ownerIn(7).saveDevice("ann", phone(2))).join();
    epoch[0] = 8;
    ended(owner.saveDevice("ann", phone(3))).join();
    assertEquals(Optional.of(phone(3)), stored("ann"));
    epoch[0] = 7;
    assertTrue(ended(owner.saveDevice("ann", phone(4))).isCompletedExceptionally(), "an epoch that has passed");
  }
}
