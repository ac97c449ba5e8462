package chasqui.client.cli;

import chasqui.client.MessageBook;
import chasqui.client.MessageBook.Shown;
import chasqui.log.v1.Entry;
import chasqui.log.v1.FoldedEntry;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// The view of one conversation: what was read from the log and what was delivered, each entry once, ascending by `seq`.
/// A change of an earlier message is shown when it comes, unless the history shows what came of it already.
///
/// Until it is opened entries gather, so that history and what was missed come out in one order; afterwards only what is
/// new is shown.
final class Window {
  /// Delivered entries that wait for the history; beyond, the window opens without it.
  private static final int GATHERED_MAX = 5_000;

  private static final int MESSAGES_MAX = 1_000;

  private record Gathered(Entry entry, boolean own, Optional<FoldedEntry> history) {}

  private final String conversationId;
  private final Screen screen;
  private final TreeMap<Long, Gathered> gathered = new TreeMap<>();
  private final MessageBook book = new MessageBook(MESSAGES_MAX);
  private boolean open;
  private long last;

  Window(String conversationId, Screen screen) {
    this.conversationId = conversationId;
    this.screen = screen;
  }

  String conversationId() {
    return conversationId;
  }

  synchronized void delivered(Entry entry, boolean own) {
    var one = new Gathered(entry, own, Optional.empty());
    if (open) {
      show(one);
      return;
    }
    // Where the history came first, it knows more.
    gathered.putIfAbsent(entry.getSeq(), one);
    if (gathered.size() > GATHERED_MAX) {
      open();
    }
  }

  /// @param upto up to where changes are folded in
  synchronized void history(List<FoldedEntry> page, long upto, String ownDevice, String ownUser) {
    if (open) {
      return;
    }
    for (var view : page) {
      var entry = view.getEntry();
      boolean own = entry.getSenderUser().equals(ownUser) && entry.getSenderDevice().equals(ownDevice);
      gathered.put(entry.getSeq(), new Gathered(entry, own, Optional.of(view)));
    }
    book.history(page, upto);
  }

  synchronized void open() {
    open = true;
    gathered.values().forEach(this::show);
    gathered.clear();
  }

  /// The server counts anew: what comes is shown again.
  synchronized void regenerate() {
    last = 0;
    book.forget();
  }

  /// The newest entry that is on the screen; 0 for none.
  synchronized long shown() {
    return last;
  }

  /// The message that a command means where it names none: the newest of this user, or of anybody else.
  synchronized Optional<FoldedEntry> newest(String userId, boolean byUser) {
    return book.newest(userId, byUser);
  }

  private void show(Gathered one) {
    if (one.entry.getSeq() <= last) {
      return;
    }
    last = one.entry.getSeq();
    if (one.history.isPresent()) {
      screen.folded(conversationId, one.history.get(), one.own, false);
      return;
    }
    switch (book.received(one.entry)) {
      case Shown.Added _, Shown.ChangedUnseen _ -> screen.entry(conversationId, one.entry, one.own, false);
      case Shown.Edited(var now, _) -> screen.changed(conversationId, now, one.entry, one.own);
      case Shown.Deleted(var now, _) -> screen.changed(conversationId, now, one.entry, one.own);
      case Shown.Reacted(var now, _) -> screen.changed(conversationId, now, one.entry, one.own);
      case Shown.Pinned(var now, _) -> screen.changed(conversationId, now, one.entry, one.own);
      case Shown.Known _ -> {}
    }
  }
}
