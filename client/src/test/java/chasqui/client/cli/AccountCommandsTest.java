package chasqui.client.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.client.Frames;
import chasqui.client.ScriptedEdge;
import chasqui.conversation.v1.Conversation;
import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.conversation.v1.CreateDirectRequest;
import chasqui.conversation.v1.CreateDirectResponse;
import chasqui.conversation.v1.ListConversationsRequest;
import chasqui.conversation.v1.ListConversationsResponse;
import chasqui.device.v1.Device;
import chasqui.device.v1.DeviceServiceGrpc;
import chasqui.device.v1.ListDevicesRequest;
import chasqui.device.v1.ListDevicesResponse;
import chasqui.device.v1.RenameDeviceRequest;
import chasqui.device.v1.RenameDeviceResponse;
import chasqui.device.v1.SignOutDeviceRequest;
import chasqui.device.v1.SignOutDeviceResponse;
import chasqui.log.v1.ConversationKind;
import chasqui.people.v1.GetPresenceRequest;
import chasqui.people.v1.GetPresenceResponse;
import chasqui.people.v1.GetPresenceVisibilityRequest;
import chasqui.people.v1.GetPresenceVisibilityResponse;
import chasqui.people.v1.PresenceServiceGrpc;
import chasqui.people.v1.PresenceState;
import chasqui.people.v1.PresenceVisibility;
import chasqui.people.v1.SetPresenceVisibilityRequest;
import chasqui.people.v1.SetPresenceVisibilityResponse;
import chasqui.people.v1.UserPresence;
import com.google.protobuf.Timestamp;
import io.grpc.stub.StreamObserver;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The list of conversations, the devices, and who is seen by whom, on the command line.
final class AccountCommandsTest {
  @TempDir
  Path home;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<Object> asked = new CopyOnWriteArrayList<>();
  private final ScriptedEdge edge = new ScriptedEdge("account-" + System.nanoTime(), new Lists(), new Devices(), new Presences());

  private static <T> void answer(StreamObserver<T> observer, T answer) {
    observer.onNext(answer);
    observer.onCompleted();
  }

  private static final class Lists extends ConversationServiceGrpc.ConversationServiceImplBase {
    @Override
    public void createDirect(CreateDirectRequest request, StreamObserver<CreateDirectResponse> observer) {
      answer(observer, CreateDirectResponse.newBuilder()
          .setConversation(Conversation.newBuilder().setConversationId(Frames.CONVERSATION)).build());
    }

    /// Two pages, the first of which is short.
    @Override
    public void listConversations(ListConversationsRequest request, StreamObserver<ListConversationsResponse> observer) {
      boolean first = request.getPageToken().isEmpty();
      answer(observer, ListConversationsResponse.newBuilder()
          .addConversations(Conversation.newBuilder()
              .setConversationId(first ? "g1" : "g2")
              .setKind(ConversationKind.CONVERSATION_KIND_GROUP)
              .setTitle(first ? "Team" : "")
              .setLeft(!first)
              .setHead(1)
              .setReadSeq(first ? 4 : 0)
              .setUnreadMessages(first ? 7 : 0)
              .setUnreadMentions(first ? 2 : 0)
              .setLastEntry(Frames.entry(1)))
          .setNextPageToken(first ? "next" : "")
          .build());
    }
  }

  private final class Devices extends DeviceServiceGrpc.DeviceServiceImplBase {
    @Override
    public void listDevices(ListDevicesRequest request, StreamObserver<ListDevicesResponse> observer) {
      answer(observer, ListDevicesResponse.newBuilder()
          .addDevices(Device.newBuilder().setDeviceId("a1").setName("My\nphone")
              .setRegisteredTime(Timestamp.newBuilder().setSeconds(1_000_000)))
          .addDevices(Device.newBuilder().setDeviceId("a2")
              .setLastSeenTime(Timestamp.newBuilder().setSeconds(2_000_000))).build());
    }

    @Override
    public void renameDevice(RenameDeviceRequest request, StreamObserver<RenameDeviceResponse> observer) {
      asked.add(request);
      answer(observer, RenameDeviceResponse.getDefaultInstance());
    }

    @Override
    public void signOutDevice(SignOutDeviceRequest request, StreamObserver<SignOutDeviceResponse> observer) {
      asked.add(request);
      answer(observer, SignOutDeviceResponse.getDefaultInstance());
    }
  }

  private final class Presences extends PresenceServiceGrpc.PresenceServiceImplBase {
    @Override
    public void getPresence(GetPresenceRequest request, StreamObserver<GetPresenceResponse> observer) {
      asked.add(request);
      var last = Timestamp.newBuilder().setSeconds(2_000_000).build();
      answer(observer, GetPresenceResponse.newBuilder()
          .addPresences(presence("bob", PresenceState.PRESENCE_STATE_ONLINE))
          .addPresences(presence("carol", PresenceState.PRESENCE_STATE_OFFLINE).setLastSeenTime(last))
          .addPresences(presence("dave", PresenceState.PRESENCE_STATE_UNKNOWN))
          .addPresences(presence("erin", PresenceState.PRESENCE_STATE_UNKNOWN).setLastSeenTime(last)).build());
    }

    private static UserPresence.Builder presence(String user, PresenceState state) {
      return UserPresence.newBuilder().setUserId(user).setState(state);
    }

    @Override
    public void getPresenceVisibility(
        GetPresenceVisibilityRequest request, StreamObserver<GetPresenceVisibilityResponse> observer) {
      answer(observer, GetPresenceVisibilityResponse.newBuilder()
          .setVisibility(PresenceVisibility.PRESENCE_VISIBILITY_ONLINE_ONLY).build());
    }

    @Override
    public void setPresenceVisibility(
        SetPresenceVisibilityRequest request, StreamObserver<SetPresenceVisibilityResponse> observer) {
      asked.add(request);
      answer(observer, SetPresenceVisibilityResponse.getDefaultInstance());
    }
  }

  @AfterEach
  void stop() {
    edge.close();
  }

  /// Types these lines into a chat and gives what it showed.
  private List<String> chat(String lines, String... options) throws Exception {
    var command = new ChatCommand(Map.of("CHASQUI_SERVER", edge.address(), "CHASQUI_TOKEN", "t"),
        new BufferedReader(new StringReader(lines)), stream(out), stream(err));
    command.zone = ZoneOffset.UTC;
    command.channels = Optional.of(ScriptedEdge.channels());
    var all = new ArrayList<>(List.of("chat", "--as", "alice", "--with", "bob", "--device", "a1", "--history", "0",
        "--home", home.toString()));
    all.addAll(List.of(options));
    var ended = CompletableFuture.supplyAsync(() -> command.execute(all.toArray(String[]::new)));
    edge.welcomed();
    // A script learns from the exit code that something it typed was no command.
    int expected = lines.contains("/seen\n") || lines.contains("/show me") || lines.contains("/name\n") ? 1 : 0;
    assertEquals(expected, ended.get(30, TimeUnit.SECONDS), err::toString);
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  @Test
  void conversations_are_listed_over_pages() throws Exception {
    var shown = chat("/conversations\n");
    assertEquals(2, shown.size(), shown::toString);
    assertTrue(shown.getFirst().endsWith("the group \"Team\" (7 unread, 2 to you)  bob: m1"), shown::toString);
    assertTrue(shown.getLast().endsWith("a group (left)  bob: m1"), shown::toString);
  }

  @Test
  void a_list_ends_where_it_was_asked_to_and_scripts_get_objects() throws Exception {
    var shown = chat("/conversations 1\n/devices\n", "--json").stream().filter(line -> !line.contains("\"state\"")).toList();
    assertEquals(List.of(
        "{\"type\":\"conversation\",\"conversation_id\":\"g1\",\"kind\":\"group\",\"title\":\"Team\",\"head\":1,\"left\":false,\"read_seq\":4,\"unread\":7,\"unread_mentions\":2,"
            + "\"stamp_micros\":1000,\"last_sender\":\"bob\",\"last_text\":\"m1\"}",
        "{\"type\":\"device\",\"device_id\":\"a1\",\"name\":\"My\\nphone\",\"this\":true,\"registered\":1000000,\"last_seen\":0}",
        "{\"type\":\"device\",\"device_id\":\"a2\",\"name\":\"\",\"this\":false,\"registered\":0,\"last_seen\":2000000}"), shown);
  }

  @Test
  void people_are_seen_as_far_as_they_show_it() throws Exception {
    var shown = chat("/seen bob, carol dave erin\n/seen\n");
    assertEquals(List.of("-- bob is online", "-- carol is offline, last seen 1970-01-24 03:33", "-- dave is unknown", "-- erin, last seen 1970-01-24 03:33"),
        shown);
    assertEquals(
        List.of(GetPresenceRequest.newBuilder().addAllUserIds(List.of("bob", "carol", "dave", "erin")).build()), asked);
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("usage: /seen"), err::toString);
  }

  @Test
  void what_is_shown_is_chosen() throws Exception {
    var shown = chat("/show\n/show nothing\n/show all\n/show me\n", "--json").stream()
        .filter(line -> line.contains("shows")).toList();
    assertEquals(List.of("{\"type\":\"shows\",\"what\":\"online\"}", "{\"type\":\"shows\",\"what\":\"nothing\"}",
        "{\"type\":\"shows\",\"what\":\"all\"}"), shown);
    assertEquals(
        List.of(
            SetPresenceVisibilityRequest.newBuilder().setVisibility(PresenceVisibility.PRESENCE_VISIBILITY_HIDDEN).build(),
            SetPresenceVisibilityRequest.newBuilder()
                .setVisibility(PresenceVisibility.PRESENCE_VISIBILITY_ONLINE_AND_LAST_SEEN).build()),
        asked);
  }

  @Test
  void devices_are_named_and_signed_out() throws Exception {
    var shown = chat("/devices\n/name Kitchen\n/name @a2 The other\n/sign-out a2\n/name\n/sign-out\n/conversations many\n");
    assertTrue(shown.getFirst().startsWith("-- a1 \"My phone\" (this one), since 1970-01-12 13:46"), shown::toString);
    assertTrue(shown.get(1).contains("a2, since") && shown.get(1).contains("last seen 1970-01-24 03:33"), shown::toString);
    assertEquals(List.of(
        RenameDeviceRequest.newBuilder().setDeviceId("a1").setName("Kitchen").build(),
        RenameDeviceRequest.newBuilder().setDeviceId("a2").setName("The other").build(),
        SignOutDeviceRequest.newBuilder().setDeviceId("a2").build()), asked);
    var problems = err.toString(StandardCharsets.UTF_8);
    assertEquals(3, problems.lines().filter(line -> line.contains("usage:")).count(), problems);
  }
}
