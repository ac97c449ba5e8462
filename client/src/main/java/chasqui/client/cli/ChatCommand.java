package chasqui.client.cli;

import chasqui.client.ChannelSource;
import chasqui.client.ChasquiClient;
import chasqui.client.TokenSource;
import chasqui.client.store.DataFolderInUseException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The options of the command line client, and what they default to.
@Command(
    name = "chasqui chat",
    mixinStandardHelpOptions = true,
    version = "chasqui 0.1.0",
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Talk with one person or a group. The last entries are shown, then what comes as it comes; every line you type"
          + " is sent. Type /help for commands, end with /quit or Ctrl-D.",
      ""
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:everything typed was accepted by the server",
      "1:something failed, for example a message was refused",
      "2:the options do not make sense",
      "3:the input ended and --drain-timeout passed before everything was accepted; the rest is kept and goes out"
          + " next time",
      "4:not signed in: no token, or one that the server does not accept",
      "5:there is no such conversation",
      "6:the server cannot be reached",
      "7:the server ended the session: opened elsewhere, or too many devices"
    },
    footer = {
      "",
      "Environment: CHASQUI_SERVER, CHASQUI_CA, CHASQUI_DATA, CHASQUI_TOKEN, CHASQUI_TOKEN_COMMAND"
          + " (run with `--user NAME` behind it), CHASQUI_CLIENT_LOG (a log level).",
      "",
      "Examples:",
      "  ./chasqui chat --as alice --with bob",
      "  ./chasqui chat --as alice --group team --with bob,carol     (creates the group if you have none of that name)",
      "  ./chasqui chat --as carol --group team",
      "  echo 'build is green' | ./chasqui chat --as ci --group team --json"
    })
final class ChatCommand implements Callable<Integer> {
  static final int HISTORY_DEFAULT = 20;

  @Option(names = "--as", required = true, paramLabel = "NAME", description = "Who you are: the user of the token.")
  String user;

  @Option(names = "--with", split = ",", paramLabel = "NAME",
      description = "Whom to talk with; several, separated by commas, when a group is to be created.")
  List<String> with = List.of();

  @Option(names = "--group", paramLabel = "TITLE", description = "Talk in your group of this title.")
  String group;

  @Option(names = "--server", paramLabel = "HOST:PORT", split = ",",
      description = "Where the server is; several are tried in turn. Default: CHASQUI_SERVER, or the node that runs on"
          + " --data.")
  List<String> servers = List.of();

  @Option(names = "--data", paramLabel = "DIR",
      description = "The folder of a node on this machine, to find its address. Default: CHASQUI_DATA, or .chasqui.")
  Path data;

  @Option(names = "--ca", paramLabel = "FILE",
      description = "Certificates (PEM) to trust. Default: CHASQUI_CA; else those of the system, and no encryption on"
          + " this machine itself.")
  Path authorities;

  @ArgGroup
  Token token = new Token();

  /// Where the token comes from; at most one.
  static final class Token {
    @Option(names = "--token", paramLabel = "TOKEN", description = "The token itself. Others can see it in the list of processes.")
    String value;

    @Option(names = "--token-file", paramLabel = "FILE", description = "A file that holds the token; read anew when it ends.")
    Path file;

    @Option(names = "--token-command", paramLabel = "CMD",
        description = "A command that prints a token; run anew when it ends, with the user in CHASQUI_USER.")
    String command;
  }

  @Option(names = "--device", paramLabel = "NAME",
      description = "The name of this device. Default: made once and kept in --home.")
  String device;

  @Option(names = "--home", paramLabel = "DIR", description = "Where unsent messages are kept. Default: ~/.chasqui.")
  Path home;

  @Option(names = "--history", paramLabel = "N", defaultValue = "" + HISTORY_DEFAULT,
      description = "How many entries to show at the beginning, 0 to 500. Default: ${DEFAULT-VALUE}.")
  int history;

  @Option(names = "--json", description = "One JSON object a line instead of text for people.")
  boolean json;

  @Option(names = "--drain-timeout", paramLabel = "SECONDS", defaultValue = "10",
      description = "How long to wait at the end of the input until everything is accepted. Default: ${DEFAULT-VALUE}.")
  int drainSeconds;

  @Option(names = "--connect-timeout", paramLabel = "SECONDS", defaultValue = "15",
      description = "How long to wait for the server at the beginning. Default: ${DEFAULT-VALUE}.")
  int connectSeconds;

  private final Map<String, String> environment;
  private final BufferedReader input;
  private final PrintStream out;
  private final PrintStream err;

  /// Whether a person sits in front of it.
  boolean attended = System.console() != null && System.console().isTerminal();

  /// Where the person is, by whose clock times are shown.
  ZoneId zone = ZoneId.systemDefault();

  /// Connections of a test's making.
  Optional<ChannelSource> channels = Optional.empty();

  ChatCommand(Map<String, String> environment, BufferedReader input, PrintStream out, PrintStream err) {
    this.environment = environment;
    this.input = input;
    this.out = out;
    this.err = err;
  }

  /// Runs with these arguments and gives the exit code.
  int execute(String... arguments) {
    var line = new CommandLine(this)
        .setOut(new java.io.PrintWriter(out, true))
        .setErr(new java.io.PrintWriter(err, true));
    // The launcher's word for this program may stand in front.
    boolean named = arguments.length > 0 && arguments[0].equals("chat");
    return line.execute(named ? Arrays.copyOfRange(arguments, 1, arguments.length) : arguments);
  }

  @Override
  public Integer call() {
    var text = new EntryText(zone);
    Screen screen = json ? new JsonScreen(out) : new PlainScreen(out, err, text);
    try {
      return chat(screen, text).number;
    } catch (ChatFailure failure) {
      screen.state(Screen.State.ENDED, failure.getMessage());
      return failure.code.number;
    } catch (UncheckedIOException e) {
      screen.state(Screen.State.ENDED, e.getMessage() + " (" + e.getCause().getMessage() + ")");
      return ExitCode.FAILED.number;
    } catch (DataFolderInUseException _) {
      screen.state(Screen.State.ENDED, user + " already chats from here. For a second window give it a device of its"
          + " own: --device " + user + "-2");
      return ExitCode.FAILED.number;
    }
  }

  private ExitCode chat(Screen screen, EntryText text) {
    check();
    var clientHome = ClientHome.open(home != null ? home : Path.of(System.getProperty("user.home"), ".chasqui"));
    var deviceId = device != null ? device : clientHome.device(new SecureRandom());
    var settings = new ChatSettings(user, deviceId, List.copyOf(with), Optional.ofNullable(group), history,
        Duration.ofSeconds(drainSeconds), Duration.ofSeconds(connectSeconds), attended && !json);
    var addresses = addresses();
    var chat = new Chat(settings, screen, text);
    var builder = ChasquiClient.builder()
        .endpoints(addresses)
        .token(tokens())
        .deviceId(deviceId)
        .clientName("chasqui-cli/0.1.0")
        .dataFolder(clientHome.state(user, deviceId))
        .listener(chat);
    trusted(List.of(addresses)).ifPresent(builder::trust);
    channels.ifPresent(builder::channels);
    try (var client = builder.connect()) {
      var closing = Thread.ofPlatform().unstarted(client::close);
      Runtime.getRuntime().addShutdownHook(closing);
      try {
        return chat.run(client, input);
      } finally {
        chat.abandon();
        remove(closing);
      }
    }
  }

  private static void remove(Thread closing) {
    try {
      Runtime.getRuntime().removeShutdownHook(closing);
    } catch (IllegalStateException _) {
      // The process is ending, and the hook with it.
    }
  }

  private void check() {
    if (group == null && with.size() != 1) {
      throw new ChatFailure(ExitCode.USAGE, with.isEmpty()
          ? "Say with whom: --with NAME, or --group TITLE." : "With several people it is a group: add --group TITLE.");
    }
    if (group == null && with.getFirst().equals(user)) {
      throw new ChatFailure(ExitCode.USAGE, "You cannot talk with yourself.");
    }
    if (history < 0 || history > 500 || drainSeconds < 0 || connectSeconds < 0) {
      throw new ChatFailure(ExitCode.USAGE, "--history is 0 to 500, and timeouts are not negative.");
    }
    if (device != null && !device.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new ChatFailure(ExitCode.USAGE, "--device takes 1 to 64 letters, digits, dots, underscores and hyphens.");
    }
  }

  private String[] addresses() {
    var asked = servers.isEmpty() && environment.containsKey("CHASQUI_SERVER")
        ? List.of(environment.get("CHASQUI_SERVER").split(","))
        : servers;
    var found = asked.isEmpty() ? running("edge").map(List::of).orElse(List.of()) : asked;
    if (found.isEmpty()) {
      throw new ChatFailure(ExitCode.UNREACHABLE, "No server is known: start one with ./chasqui up, or name one with"
          + " --server HOST:PORT.");
    }
    try {
      found.forEach(chasqui.client.Endpoint::parse);
    } catch (IllegalArgumentException e) {
      throw new ChatFailure(ExitCode.USAGE, "--server: " + e.getMessage() + '.');
    }
    return found.toArray(String[]::new);
  }

  private Optional<Path> trusted(List<String> addresses) {
    boolean isOfThisMachine = running("edge").map(addresses::contains).orElse(false);
    return Optional.ofNullable(authorities)
        .or(() -> Optional.ofNullable(environment.get("CHASQUI_CA")).map(Path::of))
        .or(() -> isOfThisMachine ? running("ca").map(Path::of) : Optional.empty());
  }

  /// What the node that runs on the data folder tells its clients.
  private Optional<String> running(String key) {
    var folder = data != null ? data : Path.of(environment.getOrDefault("CHASQUI_DATA", ".chasqui"));
    var file = folder.resolve("client.properties");
    var properties = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException _) {
      return Optional.empty();
    }
    return Optional.ofNullable(properties.getProperty(key)).filter(value -> !value.isBlank());
  }

  private TokenSource tokens() {
    if (token.value != null) {
      return TokenSource.fixed(token.value);
    }
    if (token.file != null) {
      return TokenCommand.file(token.file);
    }
    if (token.command != null) {
      return TokenCommand.command(token.command, user);
    }
    if (environment.containsKey("CHASQUI_TOKEN")) {
      return TokenSource.fixed(environment.get("CHASQUI_TOKEN"));
    }
    if (environment.containsKey("CHASQUI_TOKEN_COMMAND")) {
      return TokenCommand.command(environment.get("CHASQUI_TOKEN_COMMAND") + " --user \"$CHASQUI_USER\"", user);
    }
    throw new ChatFailure(ExitCode.NOT_SIGNED_IN, "A token is needed: --token-command, --token-file, --token, or"
        + " CHASQUI_TOKEN. A node for development makes them: ./chasqui token --user " + user);
  }
}
