package chasqui.client.cli;

import static chasqui.client.ChasquiClient.await;

import chasqui.client.ChasquiClient;
import chasqui.client.ChasquiException;
import chasqui.conversation.v1.Conversation;
import chasqui.error.v1.Reason;
import chasqui.log.v1.ConversationKind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Finds or makes the conversation that the person asked for.
final class Rooms {
  private static final int PAGE = 100;

  private final ChasquiClient client;
  private final Duration patience;

  /// @param patience how long a server that cannot be reached is waited for
  Rooms(ChasquiClient client, Duration patience) {
    this.client = client;
    this.patience = patience;
  }

  Conversation find(ChatSettings settings) {
    if (settings.group().isEmpty()) {
      return patiently(() -> await(client.conversations().createDirect(settings.with().getFirst())));
    }
    var title = settings.group().get();
    var known = patiently(() -> ownGroup(title));
    if (known.isPresent()) {
      return known.get();
    }
    if (settings.with().isEmpty()) {
      throw new ChatFailure(ExitCode.NO_CONVERSATION, "You are in no group called \"" + title
          + "\". To create it, say with whom: --group " + title + " --with NAME,NAME");
    }
    return patiently(() -> await(client.conversations().createGroup(title, settings.with())));
  }

  private Optional<Conversation> ownGroup(String title) {
    var token = "";
    do {
      var page = await(client.conversations().list(PAGE, token));
      for (var conversation : page.getConversationsList()) {
        if (conversation.getKind() == ConversationKind.CONVERSATION_KIND_GROUP
            && conversation.getTitle().equals(title)) {
          return Optional.of(conversation);
        }
      }
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return Optional.empty();
  }

  /// Tries again while the server cannot be reached. Each call waits on its own between its attempts.
  private <T> T patiently(Supplier<T> call) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return call.get();
      } catch (ChasquiException e) {
        if (e.reason() != Reason.REASON_UNAVAILABLE || System.nanoTime() > deadline) {
          throw e;
        }
      }
    }
  }

  /// A name for a conversation other than the one on the screen.
  static String name(Conversation conversation, String me) {
    if (!conversation.getTitle().isEmpty()) {
      return "the group \"" + PlainText.line(conversation.getTitle()) + '"';
    }
    List<String> others = conversation.getMembersList().stream()
        .map(member -> PlainText.line(member.getUserId())).filter(user -> !user.equals(me)).toList();
    return "your talk with " + EntryText.names(others);
  }
}
