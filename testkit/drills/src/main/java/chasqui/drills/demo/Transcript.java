package chasqui.drills.demo;

import chasqui.client.MessageBook;
import chasqui.client.session.ClientEvent;
import chasqui.log.v1.Entry;
import chasqui.log.v1.FoldedEntry;
import chasqui.log.v1.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// What one device's screen shows of one conversation, line by line. Thread-safe.
final class Transcript {

  /// Texts that are there for their number begin so; they are counted, not printed.
  static final String BURST = "#";

  private static final int MESSAGES_MAX = 10_000;

  // What stands in a place of its own, by `seq`; what changed it is in the book.
  private final List<Long> places = new ArrayList<>();
  private final MessageBook book = new MessageBook(MESSAGES_MAX);
  private int entries;

  synchronized void show(ClientEvent.EntryReceived event) {
    entries++;
    if (book.received(event.entry()) instanceof MessageBook.Shown.Added) {
      places.add(event.entry().getSeq());
    }
  }

  /// How many entries came, changes of messages included.
  synchronized int size() {
    return entries;
  }

  /// Messages of others, deleted ones too.
  synchronized long messagesNotBy(String user) {
    return places.stream().map(seq -> book.find(seq).orElseThrow())
        .filter(view -> (view.getEntry().hasMessage() || view.hasDeleted()) && !view.getEntry().getSenderUser().equals(user))
        .count();
  }

  /// Readable lines, every message as it is now; a run of numbered messages becomes one line.
  synchronized List<String> lines() {
    List<String> lines = new ArrayList<>();
    int burst = 0;
    for (long seq : places) {
      FoldedEntry view = book.find(seq).orElseThrow();
      if (isBurst(view.getEntry())) {
        burst++;
        continue;
      }
      burst = endBurst(lines, burst);
      lines.add(line(view));
    }
    endBurst(lines, burst);
    return lines;
  }

  private static int endBurst(List<String> lines, int burst) {
    if (burst > 0) {
      lines.add("       … " + burst + " numbered messages, each once, in order …");
    }
    return 0;
  }

  private static boolean isBurst(Entry entry) {
    return entry.hasMessage() && entry.getMessage().getText().getText().startsWith(BURST);
  }

  private static String line(FoldedEntry view) {
    Entry entry = view.getEntry();
    if (view.hasDeleted()) {
      return "%4d   %s: (deleted)".formatted(entry.getSeq(), entry.getSenderUser());
    }
    String reactions = view.getReactionsList().stream()
        .map(reaction -> "   [%s %s]".formatted(reaction.getEmoji(), String.join(", ", reaction.getUserIdsList())))
        .collect(Collectors.joining());
    return line(entry) + (view.hasEdited() ? " (edited)" : "") + reactions;
  }

  private static String line(Entry entry) {
    return switch (entry.getBodyCase()) {
      case MESSAGE -> "%4d   %s: %s".formatted(entry.getSeq(), entry.getSenderUser(), entry.getMessage().getText().getText());
      case CREATED -> "%4d   -- %s".formatted(entry.getSeq(), created(entry));
      case MEMBERSHIP -> "%4d   -- %s changed the members: %s".formatted(
          entry.getSeq(), entry.getSenderUser(), names(entry.getMembership().getMembersList()));
      case TITLE -> "%4d   -- %s named it '%s'".formatted(entry.getSeq(), entry.getSenderUser(), entry.getTitle().getTitle());
      default -> "%4d   -- %s".formatted(entry.getSeq(), entry.getBodyCase());
    };
  }

  private static String created(Entry entry) {
    String title = entry.getCreated().getTitle();
    return "%s began %s with %s".formatted(
        entry.getSenderUser(), title.isEmpty() ? "to talk" : "the group '" + title + "'",
        names(entry.getCreated().getMembersList().stream()
            .filter(member -> !member.getUserId().equals(entry.getSenderUser()))
            .toList()));
  }

  private static String names(List<Member> members) {
    return members.stream().map(Member::getUserId).collect(Collectors.joining(", "));
  }
}
