package chasqui.mailbox.store.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.store.v1.DeviceRow;
import chasqui.store.v1.UserRow;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What every store of fenced user rows keeps: the higher order stands, whenever it comes.
public abstract class FencedUserStoreContract extends SharedTablesContract {
  /// As an owner makes them: epoch, then the count of its writes.
  private static final long EPOCH = 1L << 32;

  private static DeviceRow device(String id, long registeredMicros) {
    return DeviceRow.newBuilder().setDeviceId(id).setRegisteredMicros(registeredMicros).build();
  }

  @Test
  void a_lower_order_changes_nothing() {
    get(tables.users().saveDevice("ann", device("phone", 2), 2 * EPOCH + 1));
    get(tables.users().saveDevice("ann", device("phone", 1), EPOCH + 900));
    get(tables.users().removeDevice("ann", "phone", 2 * EPOCH));
    assertEquals(Optional.of(device("phone", 2)), get(tables.users().loadDevice("ann", "phone")));
    get(tables.users().saveDevice("ann", device("phone", 3), 2 * EPOCH + 2));
    assertEquals(List.of(device("phone", 3)), get(tables.users().listDevices("ann")));
  }

  @Test
  void a_removal_stands_against_what_is_late_and_gives_way_to_what_is_newer() {
    get(tables.users().saveDevice("ann", device("phone", 1), EPOCH + 1));
    get(tables.users().removeDevice("ann", "phone", EPOCH + 3));
    get(tables.users().saveDevice("ann", device("phone", 2), EPOCH + 2));
    assertEquals(Optional.empty(), get(tables.users().loadDevice("ann", "phone")));
    assertEquals(List.of(), get(tables.users().listDevices("ann")));
    get(tables.users().saveDevice("ann", device("phone", 4), EPOCH + 4));
    assertEquals(Optional.of(device("phone", 4)), get(tables.users().loadDevice("ann", "phone")));
    assertEquals(Optional.empty(), get(tables.users().loadDevice("bob", "phone")));
  }

  @Test
  void a_removal_of_what_comes_later_stands_too() {
    get(tables.users().removeDevice("ann", "phone", EPOCH + 3));
    get(tables.users().saveDevice("ann", device("phone", 2), EPOCH + 2));
    assertEquals(Optional.empty(), get(tables.users().loadDevice("ann", "phone")));
  }

  @Test
  void a_user_row_follows_the_order_too() {
    UserRow newer = UserRow.newBuilder().setRevokedMicros(9).build();
    get(tables.users().saveUser("ann", newer, 7));
    get(tables.users().saveUser("ann", UserRow.newBuilder().setRevokedMicros(5).build(), 6));
    assertEquals(newer, get(tables.users().loadUser("ann")));
    assertEquals(UserRow.getDefaultInstance(), get(tables.users().loadUser("bob")));
  }
}
