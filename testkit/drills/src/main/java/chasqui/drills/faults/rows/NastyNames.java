package chasqui.drills.faults.rows;

import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.conversation.v1.CreateGroupRequest;
import chasqui.drills.faults.ground.Drill;
import chasqui.drills.faults.ground.Finding;
import chasqui.drills.faults.ground.Ground;
import chasqui.drills.faults.ground.Speaker;
import chasqui.drills.faults.wire.ClientApi;
import chasqui.drills.faults.wire.RawStream;
import chasqui.drills.faults.wire.Refusal;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Hello;
import chasqui.testkit.process.JavaCommand;
import chasqui.testkit.process.JavaProcess;
import io.grpc.Channel;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/// Names and texts with line breaks, escape sequences and a mebibyte, then a look through all that the node says to its
/// operators, of this row and those before it, and through what the command line client prints.
public final class NastyNames implements Drill {

  private static final String MARK = "never-to-be-logged";
  private static final String NASTY = "\u001b[31m\u001b]0;owned\u0007\r\n00:00:00.000 ERROR forged " + MARK;
  private static final Pattern TOKEN = Pattern.compile("eyJ[A-Za-z0-9_-]{8,}\\.");
  private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f]");
  private static final Pattern FORGED = Pattern.compile("(?m)^00:00:00.000 ERROR forged");

  @Override
  public void run(Ground ground, Finding finding) {
    String user = ground.user("nina");
    String peer = ground.user("omar");
    String token = ground.token(user);
    Channel channel = ground.channel();
    hellos(channel, token, finding);
    titles(ground, channel, token, finding);
    Speaker nina = new Speaker(RawStream.open(channel).welcomed(token, "phone", 1), ground.random());
    String group = ground.group(user, NASTY, peer);
    String direct = ground.direct(user, peer);
    var _ = nina.say(group, NASTY);
    var _ = nina.say(direct, NASTY);
    finding.require(nina.awaitAccepted(group, 1) + nina.awaitAccepted(direct, 1) == 2, "the texts were not accepted");
    commandLine(ground, peer, user, finding);
    String pages = Memory.page(ground.node(), "/metrics") + Memory.page(ground.node(), "/status");
    look("the log", ground.log().all(), finding);
    look("the metrics and the status", pages, finding);
    finding.figure("log_lines", ground.log().all().lines().count());
    finding.figure("metric_lines", pages.lines().count());
  }

  private static void hellos(Channel channel, String token, Finding finding) {
    for (Hello hello : List.of(
        Hello.newBuilder().setDeviceId("phone\n" + MARK).build(),
        Hello.newBuilder().setDeviceId(MARK + "\u001b[2J").build(),
        Hello.newBuilder().setDeviceId("x".repeat(65)).build(),
        Hello.newBuilder().setDeviceId("phone").setClientName(NASTY.repeat(3)).build())) {
      var end = RawStream.open(channel).send(ClientFrame.newBuilder()
          .setHello(hello.toBuilder().setProtocolVersion(1).setToken(token).setConnectNumber(1)).build()).awaitEnd(Ground.PATIENCE);
      finding.require(end.filter(ended -> ended.why().code() == io.grpc.Status.Code.INVALID_ARGUMENT).isPresent(),
          "a nasty name was not refused: " + end);
    }
    RawStream named = RawStream.open(channel).send(ClientFrame.newBuilder().setHello(Hello.newBuilder()
        .setProtocolVersion(1).setToken(token).setConnectNumber(1).setDeviceId("named").setClientName(NASTY)).build());
    finding.require(named.await(frame -> frame.hasWelcome()).isPresent(), "a lawful client name was not welcome: " + named.end());
  }

  private static void titles(Ground ground, Channel channel, String token, Finding finding) {
    for (int length : new int[] {201, 100_000, 1 << 20}) {
      Refusal end = ClientApi.call(channel, ConversationServiceGrpc.getCreateGroupMethod(), ClientApi.bearer(token),
          CreateGroupRequest.newBuilder().setRequestId(ground.id(16)).setTitle("t".repeat(length)).build().toByteArray()).end();
      finding.require(!end.isOk() && !end.isIndiscreet(), "a title of " + length + " characters: " + end);
    }
  }

  /// The real client, in a process of its own, shows the history to the other user.
  private static void commandLine(Ground ground, String user, String peer, Finding finding) {
    try (JavaProcess chat = new JavaCommand("chasqui.client.cli.Main")
        .jvm("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow")
        .environment("CHASQUI_SERVER", ground.node().edgeAddress())
        .environment("CHASQUI_TOKEN", ground.token(user))
        .environment("CHASQUI_DATA", ground.folder("cli").toString())
        .arguments("--as", user, "--with", peer)
        .start()) {
      int exit = chat.awaitEnd(Duration.ofSeconds(60));
      String shown = String.join("\n", chat.output()) + String.join("\n", chat.errors());
      finding.figure("cli_exit", exit);
      finding.figure("cli_characters", shown.length());
      finding.require(shown.contains(MARK), "the command line client did not show the text: " + chat);
      finding.require(!CONTROL.matcher(shown).find(), "the command line client prints control characters");
      finding.require(!FORGED.matcher(shown).find(), "a text became a line of its own on the terminal");
    }
  }

  private static void look(String where, String text, Finding finding) {
    finding.require(!text.contains(MARK), where + " holds a body or a name");
    finding.require(!text.contains("spoken 1") && !text.contains("hasty 1"), where + " holds a message's body");
    finding.require(!TOKEN.matcher(text).find(), where + " holds a token");
    finding.require(!CONTROL.matcher(text).find(), where + " holds control characters");
    finding.require(!FORGED.matcher(text).find(), where + " holds a forged line");
  }
}
