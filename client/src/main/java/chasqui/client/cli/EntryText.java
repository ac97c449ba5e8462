package chasqui.client.cli;

import chasqui.log.v1.Attachment;
import chasqui.log.v1.ConversationKind;
import chasqui.log.v1.Created;
import chasqui.log.v1.Entry;
import chasqui.log.v1.FoldedEntry;
import chasqui.log.v1.Member;
import chasqui.log.v1.MembershipChange;
import chasqui.log.v1.Message;
import chasqui.log.v1.Role;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Collectors;

/// Entries, and times, as a person reads them.
final class EntryText {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm");
  private static final DateTimeFormatter DATE_AND_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("EEEE d MMMM yyyy", java.util.Locale.ENGLISH);

  private static final int EXCERPT_MAX = 60;

  private final ZoneId zone;

  EntryText(ZoneId zone) {
    this.zone = zone;
  }

  LocalDate day(Entry entry) {
    return instant(entry).atZone(zone).toLocalDate();
  }

  /// A day and a time of it.
  String moment(Instant time) {
    return DATE_AND_TIME.format(time.atZone(zone));
  }

  String dayLine(LocalDate day) {
    return "-- " + DAY.format(day);
  }

  /// One entry, as one line and its continuations.
  String line(Entry entry) {
    var who = PlainText.line(entry.getSenderUser());
    return switch (entry.getBodyCase()) {
      case MESSAGE -> said(entry, who, (entry.getMessage().getReplyToSeq() == 0
          ? "" : "(to #" + entry.getMessage().getReplyToSeq() + ") ") + message(entry.getMessage()));
      case EDIT -> said(entry, who, "(edited #" + entry.getEdit().getTargetSeq() + ") "
          + message(entry.getEdit().getMessage()));
      case CREATED -> "-- " + created(who, entry.getCreated());
      case MEMBERSHIP -> "-- " + membership(who, entry.getMembership());
      case TITLE -> "-- " + who + " renamed the group to \"" + PlainText.line(entry.getTitle().getTitle()) + '"';
      case DELETION -> "-- " + who + " deleted message #" + entry.getDeletion().getTargetSeq();
      case REACTION -> "-- " + who + (entry.getReaction().getRemoved() ? " took back " : " reacted ")
          + PlainText.line(entry.getReaction().getEmoji()) + " on message #" + entry.getReaction().getTargetSeq();
      case PIN -> "-- " + who + (entry.getPin().getRemoved() ? " unpinned" : " pinned") + " message #"
          + entry.getPin().getTargetSeq();
      case RETENTION -> "-- " + who + " changed how long messages are kept";
      case TOMBSTONE -> "-- a message was erased";
      case BODY_NOT_SET -> "-- " + who + " did something that this version does not know";
    };
  }

  /// A message or event as it is now.
  String line(FoldedEntry view) {
    var entry = view.getEntry();
    if (view.hasDeleted()) {
      return said(entry, PlainText.line(entry.getSenderUser()), "(deleted)");
    }
    var line = new StringBuilder(line(entry));
    if (view.hasEdited()) {
      line.append(" (edited)");
    }
    if (view.getPinned()) {
      line.append(" (pinned)");
    }
    if (view.getReactionsCount() > 0) {
      line.append(view.getReactionsList().stream()
          .map(reaction -> PlainText.line(reaction.getEmoji()) + ' ' + reaction.getCount())
          .collect(Collectors.joining(", ", " [", "]")));
    }
    return line.toString();
  }

  /// What a change did to a message that was shown.
  String change(FoldedEntry now, Entry by) {
    var who = PlainText.line(by.getSenderUser());
    var target = PlainText.line(now.getEntry().getSenderUser());
    var which = who.equals(target) ? "an own message" : "a message of " + target;
    var quoted = now.getEntry().hasMessage() ? ": " + excerpt(now.getEntry().getMessage()) : "";
    return "-- " + who + switch (by.getBodyCase()) {
      case EDIT -> " edited " + which + quoted;
      case DELETION -> " deleted " + which + " of " + TIME.format(instant(now.getEntry()).atZone(zone));
      case REACTION -> (by.getReaction().getRemoved() ? " took back " : " reacted ")
          + PlainText.line(by.getReaction().getEmoji()) + " on " + which + quoted;
      case PIN -> (by.getPin().getRemoved() ? " unpinned " : " pinned ") + which + quoted;
      default -> " changed " + which;
    };
  }

  /// The first line of a message, or as much of it as a line takes.
  static String excerpt(Message message) {
    var line = message(message).lines().findFirst().orElse("");
    return line.codePointCount(0, line.length()) <= EXCERPT_MAX
        ? line : line.substring(0, line.offsetByCodePoints(0, EXCERPT_MAX)) + "…";
  }

  private String said(Entry entry, String who, String what) {
    return TIME.format(instant(entry).atZone(zone)) + ' ' + who + ": " + what;
  }

  /// The content of a message.
  static String message(Message message) {
    return switch (message.getContentCase()) {
      case TEXT -> PlainText.lines(message.getText().getText());
      case ATTACHMENTS -> message.getAttachments().getAttachmentsList().stream()
          .map(EntryText::attachment).collect(Collectors.joining(" "))
          + (message.getAttachments().getCaption().isEmpty()
              ? "" : " " + PlainText.lines(message.getAttachments().getCaption()));
      case OPAQUE -> "(encrypted, " + message.getOpaque().getCiphertext().size() + " bytes)";
      case REMOVED -> "(deleted)";
      case CONTENT_NOT_SET -> "(a kind of message that this version does not know)";
    };
  }

  private static String attachment(Attachment attachment) {
    var name = attachment.getName().isEmpty() ? attachment.getMediaId() : attachment.getName();
    return "[" + PlainText.line(name) + ", " + attachment.getSizeBytes() + " bytes]";
  }

  private static String created(String who, Created created) {
    var others = created.getMembersList().stream().map(Member::getUserId).map(PlainText::line)
        .filter(user -> !user.equals(who)).toList();
    if (created.getKind() == ConversationKind.CONVERSATION_KIND_DIRECT) {
      return who + " began to talk with " + names(others);
    }
    return who + " created the group \"" + PlainText.line(created.getTitle()) + '"'
        + (others.isEmpty() ? "" : " with " + names(others));
  }

  private static String membership(String who, MembershipChange change) {
    var users = change.getMembersList().stream().map(Member::getUserId).map(PlainText::line).toList();
    return switch (change.getAction()) {
      case MEMBERSHIP_ACTION_ADDED -> who + " added " + names(users);
      case MEMBERSHIP_ACTION_LEFT -> names(users) + " left";
      case MEMBERSHIP_ACTION_REMOVED -> who + " removed " + names(users);
      case MEMBERSHIP_ACTION_ROLE_CHANGED -> who + " made " + change.getMembersList().stream()
          .map(member -> PlainText.line(member.getUserId()) + ' ' + role(member.getRole()))
          .collect(Collectors.joining(", "));
      case MEMBERSHIP_ACTION_UNSPECIFIED, UNRECOGNIZED -> who + " changed the members";
    };
  }

  static String role(Role role) {
    return switch (role) {
      case ROLE_OWNER -> "owner";
      case ROLE_ADMIN -> "admin";
      case ROLE_MEMBER, ROLE_UNSPECIFIED, UNRECOGNIZED -> "member";
    };
  }

  static String names(List<String> users) {
    return String.join(", ", users);
  }

  private static Instant instant(Entry entry) {
    return Instant.ofEpochSecond(
        Math.floorDiv(entry.getStampMicros(), 1_000_000L), Math.floorMod(entry.getStampMicros(), 1_000_000L) * 1_000L);
  }
}
