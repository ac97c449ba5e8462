package chasqui.drills.faults.rows;

import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.conversation.v1.CreateGroupRequest;
import chasqui.device.v1.DeviceServiceGrpc;
import chasqui.device.v1.RenameDeviceRequest;
import chasqui.drills.faults.ground.Discretion;
import chasqui.drills.faults.ground.Drill;
import chasqui.drills.faults.ground.Finding;
import chasqui.drills.faults.ground.Ground;
import chasqui.drills.faults.ground.Speaker;
import chasqui.drills.faults.wire.ClientApi;
import chasqui.drills.faults.wire.RawStream;
import chasqui.drills.faults.wire.Refusal;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Hello;
import chasqui.edge.v1.Send;
import chasqui.log.v1.Edit;
import chasqui.log.v1.Message;
import chasqui.log.v1.Reaction;
import chasqui.log.v1.TextContent;
import chasqui.testkit.process.JavaCommand;
import chasqui.testkit.process.JavaProcess;
import com.google.protobuf.ByteString;
import io.grpc.Channel;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/// Names and texts with line breaks, escape sequences and a mebibyte, then a look through all that the node says to its
/// operators, of this row and those before it, and through what the command line client prints.
public final class NastyNames implements Drill {

  private static final String NASTY = "\u001b[31m\u001b]0;owned\u0007\r\n00:00:00.000 ERROR forged " + Discretion.MARK;

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
    changes(ground, token, nina, group, finding);
    commandLine(ground, peer, user, finding);
    String pages = Memory.page(ground.node(), "/metrics") + Memory.page(ground.node(), "/status");
    Discretion.look("the metrics and the status", pages, finding);
    finding.figure("log_lines", ground.log().all().lines().count());
    finding.figure("metric_lines", pages.lines().count());
  }

  private static void hellos(Channel channel, String token, Finding finding) {
    for (Hello hello : List.of(
        Hello.newBuilder().setDeviceId("phone\n" + Discretion.MARK).build(),
        Hello.newBuilder().setDeviceId(Discretion.MARK + "\u001b[2J").build(),
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

  /// An edit, a reaction and the name of a device.
  private static void changes(Ground ground, String token, Speaker nina, String group, Finding finding) {
    nina.stream().send(ClientFrame.newBuilder().setSend(Send.newBuilder().setConversationId(group).setClientMessageId(id(ground, 101))
        .setEdit(Edit.newBuilder().setTargetSeq(2).setMessage(
            Message.newBuilder().setText(TextContent.newBuilder().setText("edited " + NASTY))))).build());
    nina.stream().send(ClientFrame.newBuilder().setSend(Send.newBuilder().setConversationId(group).setClientMessageId(id(ground, 102))
        .setReaction(Reaction.newBuilder().setTargetSeq(2).setEmoji(Discretion.MARK))).build());
    finding.require(nina.awaitAccepted(group, 3) == 3, "a nasty edit or reaction was not accepted");
    Refusal renamed = ClientApi.call(ground.channel(), DeviceServiceGrpc.getRenameDeviceMethod(), ClientApi.bearer(token),
        RenameDeviceRequest.newBuilder().setDeviceId("phone").setName("my " + Discretion.MARK).build().toByteArray()).end();
    finding.require(renamed.isOk(), "a lawful name of a device was refused: " + renamed);
    Refusal nasty = ClientApi.call(ground.channel(), DeviceServiceGrpc.getRenameDeviceMethod(), ClientApi.bearer(token),
        RenameDeviceRequest.newBuilder().setDeviceId("phone").setName(NASTY).build().toByteArray()).end();
    finding.require(!nasty.isOk() && !nasty.isIndiscreet(), "a nasty name of a device: " + nasty);
  }

  /// Above those that were used.
  private static ByteString id(Ground ground, long counter) {
    return ByteString.copyFrom(ByteBuffer.allocate(Long.BYTES).putLong(counter).flip()).concat(ground.id(12));
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
      finding.require(shown.contains(Discretion.MARK), "the command line client did not show the text: " + chat);
      finding.require(Discretion.isPlain(shown), "the command line client prints control characters");
      finding.require(!Discretion.isForged(shown), "a text became a line of its own on the terminal");
    }
  }
}
