package chasqui.registry;

import chasqui.registry.v1.UserSessions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What is known of one user. Guarded by the directory's lock, as are the entries below it.
final class UserEntry {

  final String userId;
  final Map<String, DeviceEntry> devices = new LinkedHashMap<>();
  final List<Interest> interests = new ArrayList<>(1);
  long version;

  UserEntry(String userId) {
    this.userId = userId;
  }

  boolean isEmpty() {
    return devices.isEmpty() && interests.isEmpty();
  }

  UserSessions describe(long requestId) {
    UserSessions.Builder builder =
        UserSessions.newBuilder().setRequestId(requestId).setUserId(userId).setVersion(version);
    for (DeviceEntry device : devices.values()) {
      device.sessions.forEach(session -> builder.addSessions(session.describe()));
    }
    return builder.build();
  }

  /// One device of the user, online or remembered.
  static final class DeviceEntry {

    /// Online longest first. Devices announced again after a change of owner have no order of arrival here: they count
    /// as the oldest, by id, so that every order of their announcements ends in the same devices.
    static final Comparator<DeviceEntry> LONGEST_ONLINE =
        Comparator.<DeviceEntry>comparingLong(device -> device.onlineSince).thenComparing(device -> device.deviceId);

    final UserEntry user;
    final String deviceId;
    // Ascending by connect number.
    final List<SessionEntry> sessions = new ArrayList<>(1);
    long highestConnectNumber;
    // An arrival number, not a time; 0 for a device announced again.
    long onlineSince;
    // Raised whenever the device goes offline, so that an older deadline to forget it means nothing.
    long offlineCount;

    DeviceEntry(UserEntry user, String deviceId) {
      this.user = user;
      this.deviceId = deviceId;
    }

    boolean isOnline() {
      return !sessions.isEmpty();
    }

    void add(SessionEntry session) {
      sessions.add(session);
      sessions.sort(Comparator.comparingLong(entry -> entry.connectNumber));
      highestConnectNumber = Math.max(highestConnectNumber, session.connectNumber);
    }
  }
}
