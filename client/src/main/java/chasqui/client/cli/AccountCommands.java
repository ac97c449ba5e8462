package chasqui.client.cli;

import static chasqui.client.ChasquiClient.await;

import chasqui.client.ChasquiClient;
import chasqui.conversation.v1.Conversation;
import chasqui.device.v1.Device;
import chasqui.log.v1.ConversationKind;
import com.google.protobuf.Timestamp;
import java.time.Instant;

/// The commands about what is the person's own: the list of conversations, and the devices.
final class AccountCommands {
  static final String HELP = """
      /conversations [N]   your conversations, those that moved last first
      /devices             your devices
      /name TEXT           another name for this device; /name @DEVICE TEXT for another one
      /sign-out DEVICE     sign a device out; /sign-out all: every one, this one too""";

  private static final int LISTED_DEFAULT = 20;
  private static final int LISTED_MAX = 500;

  private final ChasquiClient client;
  private final Screen screen;
  private final Problems problems;
  private final ChatSettings settings;

  AccountCommands(ChasquiClient client, Screen screen, Problems problems, ChatSettings settings) {
    this.client = client;
    this.screen = screen;
    this.problems = problems;
    this.settings = settings;
  }

  void run(String name, String argument) {
    switch (name) {
      case "/conversations" -> conversations(argument);
      case "/devices" -> await(client.devices().list()).forEach(device ->
          screen.device(device, device.getDeviceId().equals(settings.device())));
      case "/name" -> name(argument);
      case "/sign-out" -> signOut(argument);
      default -> throw new IllegalArgumentException(name);
    }
  }

  private void conversations(String argument) {
    int left = argument.isEmpty() ? LISTED_DEFAULT : argument.matches("[0-9]{1,3}") ? Integer.parseInt(argument) : 0;
    if (left < 1 || left > LISTED_MAX) {
      problems.tell("usage: /conversations [N], N from 1 to " + LISTED_MAX);
      return;
    }
    var token = "";
    do {
      var page = await(client.conversations().list(left, token));
      page.getConversationsList().forEach(one -> screen.conversation(one, settings.user()));
      left -= page.getConversationsCount();
      token = page.getNextPageToken();
    } while (left > 0 && !token.isEmpty());
  }

  private void name(String argument) {
    boolean another = argument.startsWith("@");
    int space = argument.indexOf(' ');
    if (argument.isEmpty() || another && space < 2) {
      problems.tell("usage: /name TEXT, or /name @DEVICE TEXT");
      return;
    }
    var device = another ? argument.substring(1, space) : settings.device();
    await(client.devices().rename(device, another ? argument.substring(space + 1).strip() : argument));
    screen.note("renamed");
  }

  private void signOut(String device) {
    if (device.isEmpty()) {
      problems.tell("usage: /sign-out DEVICE, or /sign-out all");
    } else if (device.equals("all")) {
      await(client.devices().signOutAll());
    } else {
      await(client.devices().signOut(device));
      screen.note("signed out");
    }
  }

  /// A conversation on one line.
  static String line(Conversation conversation, String me, EntryText text) {
    var last = conversation.getLastEntry();
    var said = last.hasMessage()
        ? PlainText.line(last.getSenderUser()) + ": " + EntryText.excerpt(last.getMessage()) : "";
    return text.moment(Instant.ofEpochMilli(Math.floorDiv(last.getStampMicros(), 1000L))) + "  " + name(conversation, me)
        + (conversation.getLeft() ? " (left)" : "") + unread(conversation) + (said.isEmpty() ? "" : "  " + said);
  }

  private static String unread(Conversation conversation) {
    return conversation.getUnreadMessages() == 0 ? "" : " (" + conversation.getUnreadMessages() + " unread"
        + (conversation.getUnreadMentions() == 0 ? "" : ", " + conversation.getUnreadMentions() + " to you") + ')';
  }

  private static String name(Conversation conversation, String me) {
    return conversation.getKind() == ConversationKind.CONVERSATION_KIND_GROUP && conversation.getTitle().isEmpty()
        ? "a group" : Rooms.name(conversation, me);
  }

  /// A device on one line.
  static String line(Device device, boolean isThis, EntryText text) {
    return PlainText.line(device.getDeviceId())
        + (device.getName().isEmpty() ? "" : " \"" + PlainText.line(device.getName()) + '"')
        + (isThis ? " (this one)" : "")
        + ", since " + text.moment(instant(device.getRegisteredTime()))
        + (device.hasLastSeenTime() ? ", last seen " + text.moment(instant(device.getLastSeenTime())) : "");
  }

  private static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds());
  }
}
