package chasqui.client.cli;

import static chasqui.client.ChasquiClient.await;

import chasqui.client.ChasquiClient;
import chasqui.log.fold.Changes;
import chasqui.log.v1.Entry;
import chasqui.log.v1.FoldedEntry;

/// The commands that read the log: its end, what is pinned, and what changed a message.
final class LogCommands {
  static final String HELP = """
      /history [N]     the last N entries again, with their numbers
      /pins            the pinned messages
      /changes #N      what changed message N since, entry by entry""";

  private static final int HISTORY_MAX = 500;
  private static final int PAGE = 200;
  /// How far behind a message its changes are looked for, in pages.
  private static final int PAGES_MAX = 50;

  private final ChasquiClient client;
  private final Screen screen;
  private final Problems problems;
  private final String conversationId;
  private final ChatSettings settings;

  LogCommands(ChasquiClient client, Screen screen, Problems problems, String conversationId, ChatSettings settings) {
    this.client = client;
    this.screen = screen;
    this.problems = problems;
    this.conversationId = conversationId;
    this.settings = settings;
  }

  void run(String name, String argument) {
    switch (name) {
      case "/history" -> history(argument);
      case "/pins" -> pins();
      case "/changes" -> changes(argument);
      default -> throw new IllegalArgumentException(name);
    }
  }

  private void history(String argument) {
    int usual = settings.history() == 0 ? ChatCommand.HISTORY_DEFAULT : settings.history();
    int entries = argument.isEmpty() ? usual : argument.matches("[0-9]{1,3}") ? Integer.parseInt(argument) : 0;
    if (entries < 1 || entries > HISTORY_MAX) {
      problems.tell("usage: /history [N], N from 1 to " + HISTORY_MAX);
      return;
    }
    await(client.history().newestFolded(conversationId, entries)).getFoldedList().forEach(this::show);
  }

  private void pins() {
    var pinned = await(client.conversations().get(conversationId)).getPinnedSeqsList();
    for (long seq : pinned) {
      await(client.history().foldedBefore(conversationId, seq + 1, 1)).getFoldedList().forEach(this::show);
    }
    if (pinned.isEmpty()) {
      screen.note("nothing is pinned");
    }
  }

  private void show(FoldedEntry view) {
    screen.folded(conversationId, view, isOwn(view.getEntry()), true);
  }

  private void changes(String argument) {
    if (!argument.matches("#[0-9]{1,18}")) {
      problems.tell("usage: /changes #N, N as /history shows it");
      return;
    }
    long target = Long.parseLong(argument.substring(1));
    long after = target;
    int found = 0;
    for (int page = 0; page < PAGES_MAX; page++) {
      var answer = await(client.history().after(conversationId, after, PAGE));
      for (var entry : answer.getEntriesList()) {
        if (Changes.isChange(entry) && Changes.targetOf(entry) == target) {
          screen.entry(conversationId, entry, isOwn(entry), true);
          found++;
        }
      }
      after = answer.getNextFromSeq();
      if (after == 0) {
        break;
      }
    }
    screen.note(found == 0 ? "message #" + target + " was not changed" : found == 1 ? "one change" : found + " changes");
  }

  private boolean isOwn(Entry entry) {
    return entry.getSenderUser().equals(settings.user()) && entry.getSenderDevice().equals(settings.device());
  }
}
