package chasqui.client.cli;

import chasqui.conversation.v1.Conversation;
import chasqui.device.v1.Device;
import chasqui.log.fold.Changes;
import chasqui.log.v1.ConversationKind;
import chasqui.log.v1.Entry;
import chasqui.log.v1.FoldedEntry;
import chasqui.people.v1.PresenceVisibility;
import chasqui.people.v1.UserPresence;
import java.io.PrintStream;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// One JSON object a line on standard output, for scripts. Every object has a `type`: `entry`, `typing`, `receipt`, `unread`,
/// `presence`, `seen`, `shows`, `conversation`, `device`, `note`, `state`, `problem`.
final class JsonScreen implements Screen {
  private final PrintStream out;

  JsonScreen(PrintStream out) {
    this.out = out;
  }

  @Override
  public void entry(String conversationId, Entry entry, boolean own, boolean history) {
    print(line(conversationId, entry, own, history));
  }

  /// With `edited` or `deleted`, the `seq` of the entry that did it, `pinned`, and `reactions`, each emoji with its count.
  @Override
  public void folded(String conversationId, FoldedEntry view, boolean own, boolean numbered) {
    var line = line(conversationId, view.getEntry(), own, true);
    if (view.hasEdited()) {
      line.put("edited", view.getEdited().getSeq());
    }
    if (view.hasDeleted()) {
      line.put("deleted", view.getDeleted().getSeq());
    }
    if (view.getPinned()) {
      line.put("pinned", true);
    }
    if (view.getReactionsCount() > 0) {
      line.put("reactions", view.getReactionsList().stream()
          .map(reaction -> reaction.getEmoji() + ' ' + reaction.getCount()).collect(Collectors.joining(", ")));
    }
    print(line);
  }

  @Override
  public void changed(String conversationId, FoldedEntry now, Entry by, boolean own) {
    print(line(conversationId, by, own, false));
  }

  private static JsonLine line(String conversationId, Entry entry, boolean own, boolean history) {
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
    if (Changes.isChange(entry)) {
      line.put("target_seq", Changes.targetOf(entry));
    }
    var message = entry.hasEdit() ? entry.getEdit().getMessage() : entry.getMessage();
    if (message.getReplyToSeq() != 0) {
      line.put("reply_to_seq", message.getReplyToSeq());
    }
    if (message.getMentionedUsersCount() > 0) {
      line.put("mentions", String.join(", ", message.getMentionedUsersList()));
    }
    if (message.hasText()) {
      line.put("text", message.getText().getText());
    }
    return switch (entry.getBodyCase()) {
      case REACTION -> line.put("emoji", entry.getReaction().getEmoji()).put("removed", entry.getReaction().getRemoved());
      case PIN -> line.put("removed", entry.getPin().getRemoved());
      default -> line;
    };
  }

  @Override
  public void typing(String userId, boolean typing) {
    print(JsonLine.of("typing").put("user", userId).put("typing", typing));
  }

  @Override
  public void receipt(String userId, boolean read, long seq, boolean news) {
    print(JsonLine.of("receipt").put("user", userId).put("kind", read ? "read" : "delivered").put("seq", seq));
  }

  @Override
  public void unread(long readSeq, long messages, long mentions) {
    print(JsonLine.of("unread").put("read_seq", readSeq).put("messages", messages).put("mentions", mentions));
  }

  @Override
  public void presence(String userId, boolean online, Optional<Instant> lastSeen) {
    print(JsonLine.of("presence").put("user", userId).put("online", online)
        .put("last_seen", lastSeen.map(Instant::getEpochSecond).orElse(0L)));
  }

  @Override
  public void seen(UserPresence presence) {
    print(JsonLine.of("seen").put("user", presence.getUserId()).put("state", PeopleCommands.word(presence))
        .put("last_seen", presence.getLastSeenTime().getSeconds()));
  }

  @Override
  public void shows(PresenceVisibility visibility) {
    print(JsonLine.of("shows").put("what", PeopleCommands.word(visibility)));
  }

  @Override
  public void conversation(Conversation conversation, String me) {
    var last = conversation.getLastEntry();
    print(JsonLine.of("conversation")
        .put("conversation_id", conversation.getConversationId())
        .put("kind", conversation.getKind() == ConversationKind.CONVERSATION_KIND_DIRECT ? "direct" : "group")
        .put("title", conversation.getTitle())
        .put("head", conversation.getHead())
        .put("left", conversation.getLeft())
        .put("read_seq", conversation.getReadSeq())
        .put("unread", conversation.getUnreadMessages())
        .put("unread_mentions", conversation.getUnreadMentions())
        .put("stamp_micros", last.getStampMicros())
        .put("last_sender", last.getSenderUser())
        .put("last_text", last.getMessage().getText().getText()));
  }

  @Override
  public void device(Device device, boolean isThis) {
    print(JsonLine.of("device")
        .put("device_id", device.getDeviceId())
        .put("name", device.getName())
        .put("this", isThis)
        .put("registered", device.getRegisteredTime().getSeconds())
        .put("last_seen", device.getLastSeenTime().getSeconds()));
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
