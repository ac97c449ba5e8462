package chasqui.registry;

import java.util.HashMap;
import java.util.Map;

/// The users of whom anything is known. Guarded by the directory's lock.
final class Users {

  private final Map<String, UserEntry> byId = new HashMap<>();
  private long lastVersion;

  UserEntry get(String userId) {
    return byId.get(userId);
  }

  UserEntry getOrCreate(String userId) {
    return byId.computeIfAbsent(userId, id -> {
      UserEntry user = new UserEntry(id);
      user.version = ++lastVersion;
      return user;
    });
  }

  /// Raises the version. Versions ascend over all users, so that a user forgotten and known again never goes back.
  void changed(UserEntry user) {
    user.version = ++lastVersion;
  }

  void forgetIfEmpty(UserEntry user) {
    if (user.isEmpty()) {
      byId.remove(user.userId);
    }
  }

  int size() {
    return byId.size();
  }
}
