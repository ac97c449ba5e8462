package chasqui.client.cli;

import chasqui.log.v1.Entry;
import java.io.PrintStream;
import java.util.HexFormat;
import java.util.Locale;

/// One JSON object a line on standard output, for scripts. Every object has a `type`: `entry`, `typing`, `presence`, `note`, `state`, `problem`.
final class JsonScreen implements Screen {
  private final PrintStream out;

  JsonScreen(PrintStream out) {
    this.out = out;
  }

  @Override
  public void entry(String conversationId, Entry entry, boolean own, boolean history) {
    var line = JsonLine.of("entry")
        .put("conversation_id", conversationId)
        .put("seq", entry.getSeq())
        .put("stamp_micros", entry.getStampMicros())
        .put("sender", entry.getSenderUser())
        .put("device", entry.getSenderDevice())
        .put("client_message_id", HexFormat.of().formatHex(entry.getClientMessageId().toByteArray()))
        .put("own", own)
        .put("history", history)
        .put("kind", entry.getBodyCase().name().toLowerCase(Locale.ROOT));
    if (entry.hasMessage() && entry.getMessage().hasText()) {
      line.put("text", entry.getMessage().getText().getText());
    }
    print(line);
  }

  @Override
  public void typing(String userId, boolean typing) {
    print(JsonLine.of("typing").put("user", userId).put("typing", typing));
  }

  @Override
  public void presence(String userId, boolean online) {
    print(JsonLine.of("presence").put("user", userId).put("online", online));
  }

  @Override
  public void note(String text) {
    print(JsonLine.of("note").put("text", text));
  }

  @Override
  public void state(State state, String detail) {
    print(JsonLine.of("state").put("state", state.name().toLowerCase(Locale.ROOT)).put("detail", detail));
  }

  @Override
  public void problem(String text) {
    print(JsonLine.of("problem").put("text", text));
  }

  private synchronized void print(JsonLine line) {
    out.println(line);
    out.flush();
  }
}
