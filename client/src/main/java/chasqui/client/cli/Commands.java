package chasqui.client.cli;

import static chasqui.client.ChasquiClient.await;

import chasqui.client.ChasquiClient;
import chasqui.client.ChasquiException;
import chasqui.conversation.v1.Conversation;
import java.util.List;

/// What can be typed behind a slash.
final class Commands {
  private static final int HISTORY_MAX = 500;

  static final String HELP = """
      /who             who is in this conversation, and who of them is online
      /read            mark everything here as read, and see who has read how far
      /typing          let the others see that you are typing
      /history [N]     the last N entries again, with their numbers
      /edit TEXT       another text for your last message
      /delete          delete your last message for everyone
      /reply TEXT      reply to the last message of somebody else
      /react EMOJI     react to it; /unreact EMOJI takes it back
      /pin, /unpin     pin it, or take the pin away
                       behind each of these, #N names another message: /edit #7 TEXT
      /add NAME        add somebody to the group
      /remove NAME     remove somebody from the group
      /rename TITLE    rename the group
      /leave           leave the group, and quit
      /quit            quit
      A line that begins with // is sent with one slash less.""";

  /// Whether the chat goes on.
  enum Next {
    GO_ON,
    QUIT
  }

  private final ChasquiClient client;
  private final Screen screen;
  private final String conversationId;
  private final ChatSettings settings;
  private final Online online;
  private final Reading reading;
  private final ChangeCommands changes;
  private final AccountCommands account;
  private final PeopleCommands people;

  Commands(ChasquiClient client, Screen screen, Window window, ChatSettings settings, Online online, Reading reading) {
    this.client = client;
    this.reading = reading;
    this.changes = new ChangeCommands(client, screen, window, window.conversationId(), settings.user());
    this.account = new AccountCommands(client, screen, settings);
    this.people = new PeopleCommands(client, screen);
    this.screen = screen;
    this.conversationId = window.conversationId();
    this.settings = settings;
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
          PeopleCommands.HELP.lines().forEach(screen::note);
          yield Next.GO_ON;
        }
        case "/who" -> who();
        case "/read" -> read();
        case "/typing" -> {
          client.typing(conversationId, true);
          yield Next.GO_ON;
        }
        case "/history" -> history(argument);
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
        case "/leave" -> {
          await(client.conversations().leave(conversationId));
          screen.note("you left");
          yield Next.QUIT;
        }
        default -> {
          screen.problem("there is no command " + PlainText.line(name) + "; /help lists them");
          yield Next.GO_ON;
        }
      };
    } catch (ChasquiException e) {
      screen.problem(name.substring(1) + ": " + Explain.why(e));
      return Next.GO_ON;
    }
  }

  private Next change(String argument, String usage, Runnable change) {
    if (argument.isEmpty()) {
      screen.problem("usage: " + usage);
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

  private Next history(String argument) {
    int entries = settings.history() == 0 ? ChatCommand.HISTORY_DEFAULT : settings.history();
    if (!argument.isEmpty()) {
      try {
        entries = Integer.parseInt(argument);
      } catch (NumberFormatException _) {
        entries = 0;
      }
    }
    if (entries < 1 || entries > HISTORY_MAX) {
      screen.problem("usage: /history [N], N from 1 to " + HISTORY_MAX);
      return Next.GO_ON;
    }
    for (var view : await(client.history().newestFolded(conversationId, entries)).getFoldedList()) {
      var entry = view.getEntry();
      boolean own = entry.getSenderUser().equals(settings.user()) && entry.getSenderDevice().equals(settings.device());
      screen.folded(conversationId, view, own, true);
    }
    return Next.GO_ON;
  }
}
