package chasqui.client.cli;

import chasqui.log.v1.Member;
import chasqui.log.v1.Role;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// Who of the conversation is online, and when the others were last seen, as far as the server tells.
final class Online {
  private record Seen(boolean online, Optional<Instant> last) {}

  private final Screen screen;
  private final EntryText text;
  private final Map<String, Seen> users = new ConcurrentHashMap<>();

  Online(Screen screen, EntryText text) {
    this.screen = screen;
    this.text = text;
  }

  /// That somebody is away is news only where they were there.
  void changed(String userId, boolean online, Optional<Instant> lastSeen) {
    var before = users.put(userId, new Seen(online, lastSeen));
    if (online != (before != null && before.online())) {
      screen.presence(userId, online, lastSeen);
    }
  }

  /// The members on one line.
  String describe(Collection<Member> members) {
    return members.stream().map(this::describe).collect(Collectors.joining(", "));
  }

  private String describe(Member member) {
    var role = member.getRole() == Role.ROLE_MEMBER ? "" : EntryText.role(member.getRole());
    var seen = users.getOrDefault(member.getUserId(), new Seen(false, Optional.empty()));
    var all = role + (seen.online() ? ", online" : PeopleCommands.lastSeen(seen.last(), text));
    return PlainText.line(member.getUserId()) + (all.isEmpty() ? "" : " (" + (role.isEmpty() ? all.substring(2) : all) + ")");
  }
}
