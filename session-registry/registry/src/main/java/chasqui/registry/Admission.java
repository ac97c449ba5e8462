package chasqui.registry;

import chasqui.error.v1.Reason;
import chasqui.registry.UserEntry.DeviceEntry;
import chasqui.registry.v1.Announce;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Whether an announced session may be, and what has to give way to it. Pure.
final class Admission {

  /// @param refused why not; unspecified where it may be
  /// @param evicted the device that gives way
  record Verdict(Reason refused, Optional<DeviceEntry> evicted) {}

  private static final Verdict WELCOME = new Verdict(Reason.REASON_UNSPECIFIED, Optional.empty());

  private Admission() {}

  /// Judges a session that is not known. `device` may be new; its `onlineSince` is what it would be.
  static Verdict judge(RegistryConfig config, DeviceEntry device, Announce announce) {
    long number = announce.getConnectNumber();
    if (announce.getAgain()) {
      if (device.sessions.stream().anyMatch(session -> session.connectNumber == number)) {
        return refused(Reason.REASON_STALE_CONNECT_NUMBER);
      }
      boolean full = device.sessions.size() >= RegistryConfig.STREAMS_PER_DEVICE_MAX;
      if (full && number < device.sessions.getFirst().connectNumber) {
        // Two newer ones are here: its edge ends it as superseded.
        return refused(Reason.REASON_STALE_CONNECT_NUMBER);
      }
    } else if (number <= device.highestConnectNumber) {
      return refused(Reason.REASON_STALE_CONNECT_NUMBER);
    }
    return device.isOnline() ? WELCOME : underTheCap(config, device);
  }

  private static Verdict underTheCap(RegistryConfig config, DeviceEntry device) {
    List<DeviceEntry> online = new ArrayList<>();
    device.user.devices.values().stream().filter(DeviceEntry::isOnline).forEach(online::add);
    if (online.size() < config.devicesOnlineMax()) {
      return WELCOME;
    }
    online.add(device);
    online.sort(DeviceEntry.LONGEST_ONLINE);
    DeviceEntry victim = switch (config.deviceCap()) {
      case EVICT_OLDEST -> online.getFirst();
      case REFUSE_NEWEST -> online.getLast();
    };
    return victim == device
        ? refused(Reason.REASON_DEVICE_CAP)
        : new Verdict(Reason.REASON_UNSPECIFIED, Optional.of(victim));
  }

  private static Verdict refused(Reason reason) {
    return new Verdict(reason, Optional.empty());
  }
}
