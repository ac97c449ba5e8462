package chasqui.client.cli;

import static chasqui.client.ChasquiClient.await;

import chasqui.client.ChasquiClient;
import chasqui.client.ChasquiException;
import chasqui.conversation.v1.Conversation;
import chasqui.log.v1.Role;
import java.util.List;
import java.util.Map;

/// What can be typed behind a slash.
final class Commands {

  static final String HELP = """
      /who             who is in this conversation, and who of them is online
      /read            mark everything here as read, and see who has read how far
      /typing          let the others see that you are typing
      /edit TEXT       another text for your last message
      /delete          delete your last message for everyone
      /reply TEXT      reply to the last message of somebody else
      /react EMOJI     react to it; /unreact EMOJI takes it back
      /pin, /unpin     pin it, or take the pin away
                       behind each of these, #N names another message: /edit #7 TEXT
      /add NAME        add somebody to the group
      /remove NAME     remove somebody from the group
      /rename TITLE    rename the group
      /role NAME ROLE  make somebody of the group owner, admin or member
      /leave           leave the group, and quit
      /quit            quit
      @NAME in a line mentions NAME. A line that begins with // is sent with one slash less.""";

  private static final Map<String, Role> ROLES =
      Map.of("owner", Role.ROLE_OWNER, "admin", Role.ROLE_ADMIN, "member", Role.ROLE_MEMBER);

  /// Whether the chat goes on.
  enum Next {
    GO_ON,
    QUIT
  }

  private final ChasquiClient client;
  private final Screen screen;
  private final Problems problems;
  private final String conversationId;
  private final Online online;
  private final Reading reading;
  private final ChangeCommands changes;
  private final AccountCommands account;
  private final PeopleCommands people;
  private final LogCommands log;

  Commands(
      ChasquiClient client, Screen screen, Window window, ChatSettings settings, Online online, Reading reading,
      Problems problems) {
    this.client = client;
    this.reading = reading;
    this.problems = problems;
    this.conversationId = window.conversationId();
    this.changes = new ChangeCommands(client, problems, window, conversationId, settings.user());
    this.account = new AccountCommands(client, screen, problems, settings);
    this.people = new PeopleCommands(client, screen, problems);
    this.log = new LogCommands(client, screen, problems, conversationId, settings);
    this.screen = screen;
    this.online = online;
  }

  Next run(String line) {
    int space = line.indexOf(' ');
    var name = space < 0 ? line : line.substring(0, space);
    var argument = space < 0 ? "" : line.substring(space + 1).strip();
    try {
      return switch (name) {
        case "/quit", "/exit" -> Next.QUIT;
        case "/help" -> {
          HELP.lines().forEach(screen::note);
          AccountCommands.HELP.lines().forEach(screen::note);
          LogCommands.HELP.lines().forEach(screen::note);
          PeopleCommands.HELP.lines().forEach(screen::note);
          yield Next.GO_ON;
        }
        case "/who" -> who();
        case "/read" -> read();
        case "/typing" -> {
          client.typing(conversationId, true);
          yield Next.GO_ON;
        }
        case "/history", "/pins", "/changes" -> {
          log.run(name, argument);
          yield Next.GO_ON;
        }
        case "/edit", "/delete", "/reply", "/react", "/unreact", "/pin", "/unpin" -> {
          changes.run(name, argument);
          yield Next.GO_ON;
        }
        case "/conversations", "/devices", "/name", "/sign-out" -> {
          account.run(name, argument);
          yield Next.GO_ON;
        }
        case "/seen", "/show" -> {
          people.run(name, argument);
          yield Next.GO_ON;
        }
        case "/add" -> change(argument, "/add NAME",
            () -> await(client.conversations().addMembers(conversationId, List.of(argument.split("[ ,]+")))));
        case "/remove" -> change(argument, "/remove NAME",
            () -> await(client.conversations().removeMember(conversationId, argument)));
        case "/rename" -> change(argument, "/rename TITLE",
            () -> await(client.conversations().rename(conversationId, argument)));
        case "/role" -> role(argument);
        case "/leave" -> {
          await(client.conversations().leave(conversationId));
          screen.note("you left");
          yield Next.QUIT;
        }
        default -> {
          problems.tell("there is no command " + PlainText.line(name) + "; /help lists them");
          yield Next.GO_ON;
        }
      };
    } catch (ChasquiException e) {
      problems.tell(name.substring(1) + ": " + Explain.why(e));
      return Next.GO_ON;
    }
  }

  private Next change(String argument, String usage, Runnable change) {
    if (argument.isEmpty()) {
      problems.tell("usage: " + usage);
    } else {
      change.run();
    }
    return Next.GO_ON;
  }

  private Next who() {
    Conversation conversation = await(client.conversations().get(conversationId));
    screen.note(online.describe(conversation.getMembersList()));
    return Next.GO_ON;
  }

  private Next read() {
    reading.mark();
    screen.note(reading.describe(await(client.conversations().receipts(conversationId))));
    return Next.GO_ON;
  }

  private Next role(String argument) {
    var words = argument.split(" +");
    var role = words.length == 2 ? ROLES.get(words[1]) : null;
    if (role == null) {
      problems.tell("usage: /role NAME ROLE, the role owner, admin or member");
    } else {
      await(client.conversations().setRole(conversationId, words[0], role));
    }
    return Next.GO_ON;
  }
}
