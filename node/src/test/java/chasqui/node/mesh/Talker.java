package chasqui.node.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.client.ChasquiClient;
import chasqui.client.session.ClientEvent;
import chasqui.client.session.SessionBounds;
import chasqui.log.v1.Message;
import chasqui.log.v1.TextContent;
import chasqui.testkit.process.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/// Two clients of one conversation; one sends, the other writes down what it is shown. Their SDK does not ask again by
/// itself where an answer does not come: a mesh that loses one is found out, however slow the machine is.
final class Talker {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration ANSWER_LIMIT = Duration.ofMinutes(3);
  private static final SessionBounds BOUNDS = neverAskingAgain(SessionBounds.DEFAULTS);

  private final ChasquiClient sender;
  private final ChasquiClient receiver;
  private final String conversation;
  private final List<String> sent = new ArrayList<>();
  private final List<String> shown = new CopyOnWriteArrayList<>();

  /// @param tokens a token for a user
  Talker(UnaryOperator<String> tokens, List<String> edges, String conversation, String from, String to) {
    this.conversation = conversation;
    receiver = client(tokens, edges, to, true);
    sender = client(tokens, edges, from, false);
    receiver.send(conversation, Message.newBuilder().setText(TextContent.newBuilder().setText("ready")).build()).join();
  }

  private ChasquiClient client(UnaryOperator<String> tokens, List<String> edges, String user, boolean writesDown) {
    return ChasquiClient.builder()
        .endpoints(edges.toArray(String[]::new))
        .token(fresh -> tokens.apply(user))
        .deviceId("device")
        .bounds(BOUNDS)
        .listener(event -> {
          if (writesDown && event instanceof ClientEvent.EntryReceived received && !received.own()
              && received.entry().hasMessage()) {
            shown.add(received.entry().getMessage().getText().getText());
          }
        })
        .connect();
  }

  void sendMany(int count) {
    for (int i = 0; i < count; i++) {
      String text = "message " + sent.size();
      sent.add(text);
      ChasquiClient.await(sender.sendText(conversation, text)
          .orTimeout(ANSWER_LIMIT.toSeconds(), TimeUnit.SECONDS));
    }
  }

  private static SessionBounds neverAskingAgain(SessionBounds usual) {
    SessionBounds.SendBounds sends = usual.sends();
    return usual.withSends(new SessionBounds.SendBounds(
        sends.queuedMax(), sends.queuedBytesMax(), sends.unansweredMax(), Duration.ofHours(1).toMillis(),
        sends.internalErrorsMax()));
  }

  /// Everything was shown, once, in order.
  void verify() {
    Await.until(PATIENCE, "the last of " + sent.size() + " is shown", () -> shown.size() >= sent.size());
    assertEquals(sent, shown);
  }

  void close() {
    sender.close();
    receiver.close();
  }
}
