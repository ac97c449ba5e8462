package chasqui.client.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.client.Frames;
import chasqui.edge.v1.ClientFrame;
import chasqui.error.v1.Reason;
import chasqui.log.v1.Edit;
import chasqui.log.v1.Entry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The command line client against a real in-process server.
final class ChatCommandTest extends ChatRig {

  @Test
  void history_then_what_was_missed_then_own_lines_in_one_order() throws Exception {
    var ended = chatting("--with", "bob");
    var stream = edge.next();
    stream.send(Frames.welcome());
    stream.send(Frames.delivery(1, 3));
    stream.send(Frames.caughtUp());
    awaitShown("bob: m3");
    typed.write("hello\n");
    typed.flush();
    var send = stream.await(ClientFrame::hasSend).getSend();
    assertEquals("hello", send.getMessage().getText().getText());
    assertFalse(shown().contains("hello"));
    stream.send(Frames.accepted(send, 4));
    awaitShown("alice: hello");
    typed.close();
    assertEquals(0, ended.get(20, TimeUnit.SECONDS));
    var lines = shown().lines().filter(line -> line.contains(": ")).map(line -> line.substring(6)).toList();
    assertEquals(List.of("bob: m1 (pinned) [+ 3]", "bob: m2", "bob: m3", "alice: hello"), lines);
  }

  @Test
  void messages_are_changed_and_changes_are_shown() throws Exception {
    var ended = chatting("--with", "bob");
    var stream = edge.next();
    stream.send(Frames.welcome());
    stream.send(Frames.delivery(0, 2));
    stream.send(Frames.caughtUp());
    awaitShown("bob: m2");
    typed.write("/react +\n");
    typed.flush();
    var reaction = stream.await(ClientFrame::hasSend).getSend();
    assertEquals(2, reaction.getReaction().getTargetSeq());
    stream.send(Frames.accepted(reaction, 3));
    awaitShown("-- alice reacted + on a message of bob: m2");
    typed.write("/reply #1 to that\n/pin now\n/edit x\n");
    typed.flush();
    var reply = stream.await(ClientFrame::hasSend).getSend();
    assertEquals(1, reply.getMessage().getReplyToSeq());
    await(err, "usage: /pin [#N]");
    await(err, "no message of yours was shown");
    stream.send(Frames.accepted(reply, 4));
    awaitShown("alice: (to #1) to that");
    typed.write("/edit so it is\n");
    typed.flush();
    var edit = stream.await(ClientFrame::hasSend).getSend();
    assertEquals(4, edit.getEdit().getTargetSeq());
    stream.send(Frames.accepted(edit, 5));
    awaitShown("-- alice edited an own message: so it is");
    stream.send(Frames.delivered(Entry.newBuilder().setSeq(6).setSenderUser("bob")
        .setEdit(Edit.newBuilder().setTargetSeq(2).setMessage(Frames.text("m2, better"))).build()));
    awaitShown("-- bob edited an own message: m2, better");
    typed.close();
    assertEquals(1, ended.get(20, TimeUnit.SECONDS), "two of the lines were no commands");
  }

  @Test
  void the_end_of_the_input_waits_until_everything_is_accepted() throws Exception {
    var ended = chatting("--with", "bob", "--json");
    var stream = edge.welcomed();
    typed.write("one\ntwo\n");
    typed.close();
    var one = stream.await(ClientFrame::hasSend).getSend();
    var two = stream.await(ClientFrame::hasSend).getSend();
    stream.send(Frames.accepted(one, 3));
    assertFalse(ended.isDone());
    stream.send(Frames.accepted(two, 4));
    assertEquals(0, ended.get(20, TimeUnit.SECONDS));
  }

  @Test
  void what_is_not_accepted_in_time_is_said_kept_and_sent_the_next_time() throws Exception {
    var ended = chatting("--with", "bob", "--drain-timeout", "0");
    edge.welcomed();
    typed.write("one\n");
    typed.close();
    assertEquals(3, ended.get(20, TimeUnit.SECONDS));
    var again = chatting("--with", "bob");
    var next = edge.welcomed();
    next.send(Frames.delivery(0, 2));
    var send = next.await(ClientFrame::hasSend).getSend();
    assertEquals("one", send.getMessage().getText().getText());
    next.send(Frames.accepted(send, 3));
    awaitShown("alice: one");
    typed.close();
    assertEquals(0, again.get(20, TimeUnit.SECONDS));
  }

  /// Nobody but the client refuses it, after the line was handed in.
  @Test
  void a_line_that_no_server_would_take_is_said_and_remembered_in_the_exit_code() throws Exception {
    var ended = chatting("--with", "bob");
    var stream = edge.welcomed();
    typed.write("x".repeat(70_000) + "\nshort\n");
    typed.close();
    stream.send(Frames.accepted(stream.await(ClientFrame::hasSend).getSend(), 3));
    assertEquals(1, ended.get(20, TimeUnit.SECONDS));
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("not sent: "), err::toString);
  }

  @Test
  void who_is_named_with_an_at_sign_is_mentioned() throws Exception {
    var ended = chatting("--with", "bob", "--json");
    var stream = edge.welcomed();
    stream.send(Frames.delivery(0, 2));
    typed.write("@bob and @dora.k, not me@example.org: look, @bob.\n");
    typed.close();
    var send = stream.await(ClientFrame::hasSend).getSend();
    assertEquals(List.of("bob", "dora.k"), send.getMessage().getMentionedUsersList());
    stream.send(Frames.accepted(send, 3));
    awaitShown("\"mentions\":\"bob, dora.k\"");
    assertEquals(0, ended.get(20, TimeUnit.SECONDS));
  }

  @Test
  void a_refused_line_is_said_and_remembered_in_the_exit_code() throws Exception {
    var ended = chatting("--with", "bob");
    var stream = edge.welcomed();
    typed.write("one\n");
    typed.close();
    stream.send(Frames.rejected(
        stream.await(ClientFrame::hasSend).getSend(), Reason.REASON_PERMISSION_DENIED, 0));
    assertEquals(1, ended.get(20, TimeUnit.SECONDS));
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("not sent: your role"), err::toString);
  }

  @Test
  void json_lines_carry_the_whole_entry() throws Exception {
    var ended = chatting("--with", "bob", "--json", "--history", "0");
    var stream = edge.welcomed();
    stream.send(Frames.delivery(0, 1));
    awaitShown("m1");
    typed.close();
    assertEquals(0, ended.get(20, TimeUnit.SECONDS));
    var entry = shown().lines().filter(line -> line.contains("\"type\":\"entry\"")).findFirst().orElseThrow();
    assertEquals("{\"type\":\"entry\",\"conversation_id\":\"c1\",\"seq\":1,\"stamp_micros\":1000,\"sender\":\"bob\","
        + "\"device\":\"b1\",\"client_message_id\":\"\",\"own\":false,\"history\":false,\"kind\":\"message\","
        + "\"text\":\"m1\"}", entry);
  }

  @Test
  void an_eviction_ends_the_chat() throws Exception {
    var ended = chatting("--with", "bob");
    edge.welcomed().send(Frames.evicted(Reason.REASON_SUPERSEDED));
    assertEquals(7, ended.get(20, TimeUnit.SECONDS));
  }

  @Test
  void an_unknown_group_is_created_only_when_it_is_said_with_whom() throws Exception {
    assertEquals(5, chatting("--group", "new").get(20, TimeUnit.SECONDS));
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("--group new --with"), err::toString);
    var ended = chatting("--group", "new", "--with", "bob,carol");
    edge.next();
    edge.welcomed();
    typed.close();
    assertEquals(0, ended.get(20, TimeUnit.SECONDS));
    assertEquals(List.of("bob", "carol"), groupsMade.getFirst().getMemberUserIdsList());
  }

  @Test
  void a_known_group_is_entered() throws Exception {
    var ended = chatting("--group", "known");
    edge.welcomed();
    typed.write("/quit\n");
    typed.flush();
    assertEquals(0, ended.get(20, TimeUnit.SECONDS));
    assertTrue(groupsMade.isEmpty());
  }

  @Test
  void the_token_must_be_the_users() throws Exception {
    var ended = chatting("--with", "bob");
    var stream = edge.next();
    var welcome = Frames.welcome().toBuilder();
    welcome.getWelcomeBuilder().setUserId("mallory");
    stream.send(welcome.build());
    assertEquals(4, ended.get(20, TimeUnit.SECONDS));
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("The token is for mallory"), err::toString);
  }

  @Test
  void wrong_options_are_explained() throws Exception {
    assertEquals(2, run(Map.of()));
    assertEquals(2, run(Map.of(), "--with", "bob,carol"));
    assertEquals(2, run(Map.of(), "--with", "alice"));
    assertEquals(6, run(Map.of("CHASQUI_DATA", home.toString(), "CHASQUI_TOKEN", "t"), "--with", "bob"));
    assertEquals(4, run(Map.of("CHASQUI_SERVER", edge.address()), "--with", "bob"));
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("./chasqui token --user alice"), err::toString);
  }

  @Test
  void a_token_command_that_fails_is_quoted() throws Exception {
    assertEquals(4, run(Map.of("CHASQUI_SERVER", edge.address()), "--with", "bob",
        "--token-command", "echo no key here >&2; exit 9"));
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("no key here"), err::toString);
  }

  @Test
  void help_lists_the_exit_codes() throws Exception {
    assertEquals(0, run(Map.of(), "--help"));
    assertTrue(shown().contains("Exit codes:"), this::shown);
  }
}
