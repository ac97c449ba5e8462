package chasqui.node.mesh;

import chasqui.client.ChasquiClient;
import chasqui.client.SendReceipt;
import chasqui.client.session.ClientEvent;
import chasqui.testkit.process.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/// The SDK as a device with a folder of its own: what an application would show. A conversation of a new generation is
/// shown anew, as the SDK's documentation asks.
final class SdkDevice implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /// Something that an application was given, in its order.
  sealed interface Given {
    String conversationId();

    record Text(String conversationId, long generation, long seq, String text) implements Given {}

    record Anew(String conversationId, long generation) implements Given {}

    record Head(String conversationId, long head) implements Given {}
  }

  private final ChasquiClient client;
  private final List<Given> given = new CopyOnWriteArrayList<>();

  private SdkDevice(String edge, String token, String device, Path folder) {
    client = ChasquiClient.builder().endpoints(edge).token(fresh -> token).deviceId(device).dataFolder(folder)
        .listener(this::take).connect();
  }

  /// Connects; `folder` is the device's own, kept over restarts.
  static SdkDevice connect(String edge, String token, String device, Path folder) {
    return new SdkDevice(edge, token, device, folder);
  }

  private void take(ClientEvent event) {
    switch (event) {
      case ClientEvent.EntryReceived received when received.entry().hasMessage() ->
          given.add(new Given.Text(received.conversationId(), received.generation(), received.entry().getSeq(),
              received.entry().getMessage().getText().getText()));
      case ClientEvent.GenerationChanged changed -> given.add(new Given.Anew(changed.conversationId(), changed.now()));
      case ClientEvent.HeadMoved moved -> given.add(new Given.Head(moved.conversationId(), moved.head()));
      default -> {}
    }
  }

  SendReceipt say(String conversation, String text) {
    return ChasquiClient.await(client.sendText(conversation, text));
  }

  SendReceipt sayOnce(String conversation, String key, String text) {
    return ChasquiClient.await(client.sendOnce(conversation, key, chasqui.log.v1.Message.newBuilder()
        .setText(chasqui.log.v1.TextContent.newBuilder().setText(text)).build()));
  }

  /// All that was given by this connection.
  List<Given> given() {
    return List.copyOf(given);
  }

  /// What stands on the screen of a conversation: texts since it began anew.
  List<String> screen(String conversation) {
    List<String> shown = new ArrayList<>();
    for (Given each : given) {
      if (each.conversationId().equals(conversation)) {
        switch (each) {
          case Given.Text text -> shown.add(text.text());
          case Given.Anew anew -> shown.clear();
          case Given.Head head -> {}
        }
      }
    }
    return shown;
  }

  void awaitText(String text) {
    await("'" + text + "'", each -> each instanceof Given.Text shown && shown.text().equals(text));
  }

  void awaitAnew(String conversation) {
    await("a new generation", each -> each instanceof Given.Anew && each.conversationId().equals(conversation));
  }

  void awaitHead(String conversation) {
    await("a head", each -> each instanceof Given.Head && each.conversationId().equals(conversation));
  }

  private void await(String what, Predicate<Given> wanted) {
    Await.until(PATIENCE, what + " is given", () -> given.stream().anyMatch(wanted));
  }

  @Override
  public void close() {
    client.close();
  }
}
