package chasqui.drills.demo;

import chasqui.client.session.ClientEvent;
import chasqui.log.v1.Entry;
import chasqui.log.v1.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// What one device's screen shows of one conversation, line by line. Thread-safe.
final class Transcript {

  /// Texts that are there for their number begin so; they are counted, not printed.
  static final String BURST = "#";

  private final List<Entry> shown = new ArrayList<>();

  synchronized void show(ClientEvent.EntryReceived event) {
    shown.add(event.entry());
  }

  synchronized int size() {
    return shown.size();
  }

  /// Readable lines; a run of numbered messages becomes one line.
  synchronized List<String> lines() {
    List<String> lines = new ArrayList<>();
    int burst = 0;
    for (Entry entry : shown) {
      if (isBurst(entry)) {
        burst++;
        continue;
      }
      burst = endBurst(lines, burst);
      lines.add(line(entry));
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
