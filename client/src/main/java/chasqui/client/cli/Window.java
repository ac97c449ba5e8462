package chasqui.client.cli;

import chasqui.log.v1.Entry;
import java.util.List;
import java.util.TreeMap;

/// The view of one conversation: what was read from the log and what was delivered, each entry once, ascending by `seq`.
///
/// Until it is opened entries gather, so that history and what was missed come out in one order; afterwards only what is
/// new is shown.
final class Window {
  /// Delivered entries that wait for the history; beyond, the window opens without it.
  private static final int GATHERED_MAX = 5_000;

  private record Gathered(Entry entry, boolean own, boolean history) {}

  private final String conversationId;
  private final Screen screen;
  private final TreeMap<Long, Gathered> gathered = new TreeMap<>();
  private boolean open;
  private long last;

  Window(String conversationId, Screen screen) {
    this.conversationId = conversationId;
    this.screen = screen;
  }

  synchronized void delivered(Entry entry, boolean own) {
    if (open) {
      show(new Gathered(entry, own, false));
      return;
    }
    gathered.put(entry.getSeq(), new Gathered(entry, own, false));
    if (gathered.size() > GATHERED_MAX) {
      open();
    }
  }

  synchronized void history(List<Entry> entries, String ownDevice, String ownUser) {
    for (var entry : entries) {
      boolean own = entry.getSenderUser().equals(ownUser) && entry.getSenderDevice().equals(ownDevice);
      gathered.putIfAbsent(entry.getSeq(), new Gathered(entry, own, true));
    }
  }

  synchronized void open() {
    open = true;
    gathered.values().forEach(this::show);
    gathered.clear();
  }

  /// The server counts anew: what comes is shown again.
  synchronized void regenerate() {
    last = 0;
  }

  private void show(Gathered one) {
    if (one.entry.getSeq() > last) {
      last = one.entry.getSeq();
      screen.entry(conversationId, one.entry, one.own, one.history);
    }
  }
}
