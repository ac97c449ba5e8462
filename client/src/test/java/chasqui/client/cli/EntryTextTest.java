package chasqui.client.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.client.Frames;
import chasqui.log.v1.ConversationKind;
import chasqui.log.v1.Created;
import chasqui.log.v1.Entry;
import chasqui.log.v1.Member;
import chasqui.log.v1.MembershipAction;
import chasqui.log.v1.MembershipChange;
import chasqui.log.v1.Role;
import chasqui.log.v1.TitleChange;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/// Entries as people read them.
final class EntryTextTest {
  private final EntryText text = new EntryText(ZoneOffset.UTC);

  private static Entry.Builder by(String user) {
    return Entry.newBuilder().setSeq(1).setStampMicros(1_767_269_000_000_000L).setSenderUser(user);
  }

  private static Member member(String user, Role role) {
    return Member.newBuilder().setUserId(user).setRole(role).build();
  }

  @Test
  void a_message_shows_time_sender_and_text() {
    assertEquals("12:03 bob: hi", text.line(by("bob").setMessage(Frames.text("hi")).build()));
  }

  @Test
  void the_day_is_that_of_the_reader() {
    var entry = by("bob").setStampMicros(1_767_225_600_000_000L - 1).build();
    assertEquals(LocalDate.of(2025, 12, 31), text.day(entry));
    assertEquals(LocalDate.of(2026, 1, 1), new EntryText(ZoneId.of("Asia/Tokyo")).day(entry));
    assertEquals("-- Thursday 1 January 2026", text.dayLine(LocalDate.of(2026, 1, 1)));
  }

  @Test
  void changes_of_members_read_as_sentences() {
    var change = MembershipChange.newBuilder().addMembers(member("carol", Role.ROLE_ADMIN));
    assertEquals("-- alice added carol", line(change.setAction(MembershipAction.MEMBERSHIP_ACTION_ADDED)));
    assertEquals("-- alice removed carol", line(change.setAction(MembershipAction.MEMBERSHIP_ACTION_REMOVED)));
    assertEquals("-- carol left", line(change.setAction(MembershipAction.MEMBERSHIP_ACTION_LEFT)));
    assertEquals(
        "-- alice made carol admin", line(change.setAction(MembershipAction.MEMBERSHIP_ACTION_ROLE_CHANGED)));
  }

  private String line(MembershipChange.Builder change) {
    return text.line(by("alice").setMembership(change).build());
  }

  @Test
  void the_beginning_reads_as_a_sentence() {
    var created = Created.newBuilder()
        .addMembers(member("alice", Role.ROLE_OWNER)).addMembers(member("bob", Role.ROLE_MEMBER));
    assertEquals("-- alice began to talk with bob",
        text.line(by("alice").setCreated(created.setKind(ConversationKind.CONVERSATION_KIND_DIRECT)).build()));
    assertEquals("-- alice created the group \"team\" with bob",
        text.line(by("alice")
            .setCreated(created.setKind(ConversationKind.CONVERSATION_KIND_GROUP).setTitle("team")).build()));
  }

  @Test
  void names_and_titles_are_neutralised_too() {
    assertEquals("-- e\uFFFDve renamed the group to \"a b\"",
        text.line(by("e\u001bve").setTitle(TitleChange.newBuilder().setTitle("a\nb")).build()));
  }

  @Test
  void an_unknown_kind_does_not_stop_the_reader() {
    assertEquals("-- bob did something that this version does not know", text.line(by("bob").build()));
  }
}
