package chasqui.client.cli;

import static chasqui.client.ChasquiClient.await;

import chasqui.client.ChasquiClient;
import chasqui.people.v1.PresenceVisibility;
import chasqui.people.v1.UserPresence;
import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/// The commands about who is online, and who sees it.
final class PeopleCommands {
  static final String HELP = """
      /seen NAME…          who is online, and when the others were last seen
      /show [WHAT]         what of you is shown, and of others to you: all, online or nothing""";

  private final ChasquiClient client;
  private final Screen screen;
  private final Problems problems;

  PeopleCommands(ChasquiClient client, Screen screen, Problems problems) {
    this.client = client;
    this.screen = screen;
    this.problems = problems;
  }

  void run(String name, String argument) {
    switch (name) {
      case "/seen" -> seen(argument);
      case "/show" -> show(argument);
      default -> throw new IllegalArgumentException(name);
    }
  }

  private void seen(String argument) {
    if (argument.isEmpty()) {
      problems.tell("usage: /seen NAME, or several");
      return;
    }
    var names = new LinkedHashSet<>(List.of(argument.split("[ ,]+")));
    await(client.people().presence(names)).forEach(screen::seen);
  }

  private void show(String argument) {
    switch (argument) {
      case "" -> screen.shows(await(client.people().visibility()));
      case "all" -> show(PresenceVisibility.PRESENCE_VISIBILITY_ONLINE_AND_LAST_SEEN);
      case "online" -> show(PresenceVisibility.PRESENCE_VISIBILITY_ONLINE_ONLY);
      case "nothing" -> show(PresenceVisibility.PRESENCE_VISIBILITY_HIDDEN);
      default -> problems.tell("usage: /show all, online or nothing; /show alone tells how it is");
    }
  }

  private void show(PresenceVisibility visibility) {
    await(client.people().show(visibility));
    screen.shows(visibility);
  }

  /// What is shown, as `/show` takes it.
  static String word(PresenceVisibility visibility) {
    return switch (visibility) {
      case PRESENCE_VISIBILITY_ONLINE_AND_LAST_SEEN -> "all";
      case PRESENCE_VISIBILITY_ONLINE_ONLY -> "online";
      case PRESENCE_VISIBILITY_HIDDEN -> "nothing";
      case PRESENCE_VISIBILITY_UNSPECIFIED, UNRECOGNIZED -> "unknown";
    };
  }

  /// What is shown, on one line.
  static String line(PresenceVisibility visibility) {
    return switch (visibility) {
      case PRESENCE_VISIBILITY_ONLINE_AND_LAST_SEEN -> "shown: whether you are online, and when you were last seen";
      case PRESENCE_VISIBILITY_ONLINE_ONLY -> "shown: whether you are online; nobody's last seen, neither yours nor theirs";
      case PRESENCE_VISIBILITY_HIDDEN -> "shown: nothing of you, and nothing of others to you";
      case PRESENCE_VISIBILITY_UNSPECIFIED, UNRECOGNIZED -> "shown: what this program does not know";
    };
  }

  /// How somebody is, as in what scripts read.
  static String word(UserPresence presence) {
    return switch (presence.getState()) {
      case PRESENCE_STATE_ONLINE -> "online";
      case PRESENCE_STATE_OFFLINE -> "offline";
      case PRESENCE_STATE_UNKNOWN, PRESENCE_STATE_UNSPECIFIED, UNRECOGNIZED -> "unknown";
    };
  }

  /// How somebody is, on one line.
  static String line(UserPresence presence, EntryText text) {
    var last = presence.hasLastSeenTime() ? lastSeen(Optional.of(instant(presence.getLastSeenTime())), text) : "";
    var state = word(presence);
    return PlainText.line(presence.getUserId()) + (state.equals("unknown") && !last.isEmpty() ? last : " is " + state + last);
  }

  /// To be put behind what somebody is; empty where it is not told.
  static String lastSeen(Optional<Instant> time, EntryText text) {
    return time.map(seen -> ", last seen " + text.moment(seen)).orElse("");
  }

  private static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds());
  }
}
