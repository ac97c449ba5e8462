package chasqui.client.sample;

import chasqui.client.ChasquiClient;
import chasqui.client.ClientListener;
import chasqui.client.session.ClientEvent;
import chasqui.log.v1.ConversationKind;
import chasqui.log.v1.Message;
import chasqui.log.v1.TextContent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// Says again whatever it is told alone, and in groups what mentions it: once each, however often it dies in between.
public final class EchoBot implements ClientListener {
  private final CompletableFuture<ChasquiClient> client = new CompletableFuture<>();
  private final CompletableFuture<String> ended = new CompletableFuture<>();
  private volatile String user;

  /// Needs CHASQUI_SERVER and CHASQUI_TOKEN in the environment; keeps its place in the folder given.
  public static void main(String[] arguments) {
    var bot = new EchoBot();
    try (var connected = ChasquiClient.builder().endpoints(System.getenv("CHASQUI_SERVER"))
        .token(_ -> System.getenv("CHASQUI_TOKEN")).deviceId("echo-bot").clientName("echo-bot")
        .dataFolder(Path.of(arguments[0])).callPatience(Duration.ofDays(1)).listener(bot).connect()) {
      System.out.println("the bot ended: " + bot.run(connected));
    }
  }

  String run(ChasquiClient connected) {
    client.complete(connected);
    return ended.join();
  }

  @Override
  public void on(ClientEvent event) {
    switch (event) {
      case ClientEvent.Connected connected -> user = connected.welcome().getUserId();
      case ClientEvent.EntryReceived received when isForMe(received) -> answer(received);
      case ClientEvent.Stopped stopped -> ended.complete(stopped.message());
      default -> {}
    }
  }

  private boolean isForMe(ClientEvent.EntryReceived received) {
    var message = received.entry().getMessage();
    // Answers are not answered: two bots would never end.
    return message.hasText() && message.getReplyToSeq() == 0 && !received.entry().getSenderUser().equals(user)
        && (message.getMentionedUsersList().contains(user)
            || ChasquiClient.await(client.join().conversations().get(received.conversationId())).getKind()
                == ConversationKind.CONVERSATION_KIND_DIRECT);
  }

  private void answer(ClientEvent.EntryReceived received) {
    long seq = received.entry().getSeq();
    var text = TextContent.newBuilder().setText("you said: " + received.entry().getMessage().getText().getText());
    var answer = Message.newBuilder().setText(text).setReplyToSeq(seq).build();
    // The entry is acked when this returns: shown again after a crash, it gets the same answer under the same key.
    ChasquiClient.await(client.join().sendOnce(received.conversationId(), "answer to " + seq, answer));
  }
}
