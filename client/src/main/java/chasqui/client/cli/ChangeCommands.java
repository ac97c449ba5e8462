package chasqui.client.cli;

import chasqui.client.ChasquiClient;
import chasqui.client.ChasquiException;
import chasqui.client.SendReceipt;
import java.util.concurrent.CompletableFuture;

/// The commands that change an earlier message or reply to one. A message is named as `#N`; without a name the newest own
/// one is meant, or for what is done to others' messages the newest of somebody else.
final class ChangeCommands {
  private final ChasquiClient client;
  private final Problems problems;
  private final Window window;
  private final String conversationId;
  private final String user;

  ChangeCommands(ChasquiClient client, Problems problems, Window window, String conversationId, String user) {
    this.client = client;
    this.problems = problems;
    this.window = window;
    this.conversationId = conversationId;
    this.user = user;
  }

  /// What comes of it is shown when the server has taken it, a refusal as of any line.
  void run(String name, String argument) {
    long seq = 0;
    var rest = argument;
    if (argument.startsWith("#")) {
      int space = argument.indexOf(' ');
      rest = space < 0 ? "" : argument.substring(space + 1).strip();
      seq = number(space < 0 ? argument.substring(1) : argument.substring(1, space));
      if (seq == 0) {
        problems.tell("usage: " + name + " #N, N as /history shows it");
        return;
      }
    } else {
      boolean own = name.equals("/edit") || name.equals("/delete");
      seq = window.newest(user, own).map(view -> view.getEntry().getSeq()).orElse(0L);
      if (seq == 0) {
        problems.tell("no message of " + (own ? "yours" : "somebody else") + " was shown; name one as #N");
        return;
      }
    }
    boolean needsText = !name.equals("/delete") && !name.equals("/pin") && !name.equals("/unpin");
    if (needsText == rest.isEmpty()) {
      problems.tell("usage: " + name + " [#N]" + (needsText ? name.endsWith("react") ? " EMOJI" : " TEXT" : ""));
      return;
    }
    var sent = send(name, seq, rest);
    if (sent.isCompletedExceptionally() && sent.exceptionNow() instanceof ChasquiException full) {
      problems.notSent(Explain.why(full));
    } else {
      problems.follow(sent);
    }
  }

  private CompletableFuture<SendReceipt> send(String name, long seq, String rest) {
    var changing = client.changing(conversationId);
    return switch (name) {
      case "/edit" -> changing.edit(seq, Mentions.message(rest).build());
      case "/delete" -> changing.delete(seq);
      case "/reply" -> client.send(conversationId, Mentions.message(rest).setReplyToSeq(seq).build());
      case "/react" -> changing.react(seq, rest);
      case "/unreact" -> changing.takeBack(seq, rest);
      case "/pin" -> changing.pin(seq);
      case "/unpin" -> changing.unpin(seq);
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static long number(String digits) {
    try {
      return Math.max(0, Long.parseLong(digits));
    } catch (NumberFormatException _) {
      return 0;
    }
  }
}
