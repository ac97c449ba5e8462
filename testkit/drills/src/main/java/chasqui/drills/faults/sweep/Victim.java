package chasqui.drills.faults.sweep;

import chasqui.drills.faults.ground.Ground;
import chasqui.drills.faults.ground.Speaker;
import chasqui.drills.faults.wire.Bearer;
import chasqui.drills.faults.wire.RawStream;
import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.conversation.v1.CreateGroupRequest;
import chasqui.conversation.v1.ListConversationsRequest;
import chasqui.log.v1.Message;
import chasqui.log.v1.TextContent;
import chasqui.message.v1.MessageServiceGrpc;
import chasqui.message.v1.SendMessageRequest;
import com.google.protobuf.ByteString;
import io.grpc.Channel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// User B: what it has, and what nobody else may see of it. For one thread.
final class Victim {

  static final String SECRET = "for-victim-eyes-only";

  private final Ground ground;
  private final Channel channel;
  private final String user;
  private final String device = "victim-device";
  private final String conversation;
  private final ByteString groupRequest;
  private final RawStream stream;
  private final List<String> conversations;

  Victim(Ground ground) {
    this.ground = ground;
    this.channel = ground.channel();
    this.user = ground.user("victim");
    String friend = ground.user("friend");
    // Its connect number is high: that of another user's device of this name must not matter.
    stream = ground.online(user, device, 1_000);
    Speaker speaker = new Speaker(stream, ground.random());
    groupRequest = repeat(ground);
    ConversationServiceGrpc.ConversationServiceBlockingStub own = ground.conversations(user);
    conversation = own.createGroup(CreateGroupRequest.newBuilder().setRequestId(groupRequest).setTitle(SECRET)
        .addMemberUserIds(friend).build()).getConversation().getConversationId();
    ground.direct(user, friend);
    var _ = speaker.say(conversation, SECRET);
    if (speaker.awaitAccepted(conversation, 1) != 1) {
      throw new IllegalStateException("the victim cannot send");
    }
    conversations = own.listConversations(ListConversationsRequest.getDefaultInstance()).getConversationsList().stream()
        .map(found -> found.getConversationId()).toList();
  }

  String user() {
    return user;
  }

  /// An id as a device makes it.
  static ByteString repeat(Ground ground) {
    return ByteString.copyFrom(ByteBuffer.allocate(8).putLong(1L + ground.random().nextInt(1 << 30)).flip()).concat(ground.id(12));
  }

  /// It sends to a group that the attacker shares, under an id that the attacker is about to use.
  void sendTo(String shared, ByteString id) {
    var _ = MessageServiceGrpc.newBlockingStub(channel).withCallCredentials(new Bearer(ground.token(user)))
        .sendMessage(SendMessageRequest.newBuilder().setConversationId(shared).setClientMessageId(id)
            .setMessage(Message.newBuilder().setText(TextContent.newBuilder().setText("hello, attacker"))).build());
  }

  /// Its id of a kind.
  Object id(FieldKind kind) {
    return switch (kind) {
      case CONVERSATION -> conversation;
      case USER -> user;
      case DEVICE -> device;
      case REPEAT -> groupRequest;
      case PAGE -> pageToken();
      case TOKEN, CONTENT -> throw new IllegalArgumentException(kind + " is not swept");
    };
  }

  private String pageToken() {
    return ground.conversations(user).listConversations(ListConversationsRequest.newBuilder().setPageSize(1).build())
        .getNextPageToken();
  }

  /// What must not be in anything that the attacker gets, unless it gave it itself.
  List<String> secrets() {
    List<String> secrets = new ArrayList<>(conversations);
    secrets.add(SECRET);
    secrets.add(device);
    return secrets;
  }

  List<String> conversations() {
    return conversations;
  }

  /// Its stream stands, and the attacker did not show up in its own conversations.
  boolean isUntouchedBy(String attacker) {
    return stream.end().isEmpty() && stream.arrivals().stream()
        .map(arrival -> arrival.frame().toString())
        .noneMatch(frame -> frame.contains(attacker) && conversations.stream().anyMatch(frame::contains));
  }
}
