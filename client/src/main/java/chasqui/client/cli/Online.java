package chasqui.client.cli;

import chasqui.log.v1.Member;
import chasqui.log.v1.Role;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// Who of the conversation is online, as far as the server tells.
final class Online {
  private final Screen screen;
  private final Set<String> users = ConcurrentHashMap.newKeySet();

  Online(Screen screen) {
    this.screen = screen;
  }

  /// That somebody is away is news only where they were there.
  void changed(String userId, boolean online) {
    if (online ? users.add(userId) : users.remove(userId)) {
      screen.presence(userId, online);
    }
  }

  /// The members on one line.
  String describe(Collection<Member> members) {
    return members.stream().map(this::describe).collect(Collectors.joining(", "));
  }

  private String describe(Member member) {
    var role = member.getRole() == Role.ROLE_MEMBER ? "" : EntryText.role(member.getRole());
    var online = users.contains(member.getUserId()) ? "online" : "";
    var both = role.isEmpty() || online.isEmpty() ? role + online : role + ", " + online;
    return PlainText.line(member.getUserId()) + (both.isEmpty() ? "" : " (" + both + ")");
  }
}
