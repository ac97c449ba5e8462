package chasqui.client;

import chasqui.log.fold.Changes;
import chasqui.log.fold.Fold;
import chasqui.log.v1.Entry;
import chasqui.log.v1.FoldedEntry;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// The newest messages of one conversation as they are to be shown: a page of folded history, then entry by entry what is
/// delivered, folded by the code that the server folds with. Bounded: older messages are forgotten, and a change of one
/// is then told without it. Not for several threads.
public final class MessageBook {

  /// What an entry means for a screen.
  public sealed interface Shown {

    /// An entry in a place of its own.
    record Added(FoldedEntry entry) implements Shown {}

    /// A message got another content.
    record Edited(FoldedEntry now, Entry by) implements Shown {}

    /// A message was deleted for everyone.
    record Deleted(FoldedEntry now, Entry by) implements Shown {}

    /// A reaction was set or taken back.
    record Reacted(FoldedEntry now, Entry by) implements Shown {}

    /// A message was pinned or unpinned.
    record Pinned(FoldedEntry now, Entry by) implements Shown {}

    /// A change of a message that is not held, because it is too old or was never seen.
    record ChangedUnseen(Entry by) implements Shown {}

    /// Nothing: it was folded in before.
    record Known() implements Shown {}
  }

  private static final Shown KNOWN = new Shown.Known();

  private final int messagesMax;
  private final TreeMap<Long, Fold> held = new TreeMap<>();
  private long foldedUpto;

  /// @param messagesMax how many messages are held; the newest
  public MessageBook(int messagesMax) {
    this.messagesMax = messagesMax;
  }

  /// Takes in a page of folded history.
  ///
  /// @param upto the page's `folded_upto`
  public void history(List<FoldedEntry> page, long upto) {
    for (var view : page) {
      hold(view.getEntry().getSeq(), Fold.of(view));
    }
    foldedUpto = Math.max(foldedUpto, upto);
  }

  /// Takes in a delivered entry; they come in the order of `seq`.
  public Shown received(Entry entry) {
    if (!Changes.isChange(entry)) {
      if (held.containsKey(entry.getSeq())) {
        return KNOWN;
      }
      var fold = Fold.of(entry);
      hold(entry.getSeq(), fold);
      return new Shown.Added(fold.view());
    }
    if (entry.getSeq() <= foldedUpto) {
      return KNOWN;
    }
    foldedUpto = entry.getSeq();
    var fold = held.get(Changes.targetOf(entry));
    if (fold == null) {
      return new Shown.ChangedUnseen(entry);
    }
    return fold.apply(entry) ? changed(fold.view(), entry) : KNOWN;
  }

  private static Shown changed(FoldedEntry now, Entry by) {
    return switch (by.getBodyCase()) {
      case EDIT -> new Shown.Edited(now, by);
      case DELETION -> new Shown.Deleted(now, by);
      case REACTION -> new Shown.Reacted(now, by);
      case PIN -> new Shown.Pinned(now, by);
      default -> KNOWN;
    };
  }

  /// A message as it is shown now.
  public Optional<FoldedEntry> find(long seq) {
    return Optional.ofNullable(held.get(seq)).map(Fold::view);
  }

  /// The newest message that is not deleted and was, or was not, sent by this user.
  public Optional<FoldedEntry> newest(String userId, boolean byUser) {
    return held.descendingMap().values().stream().map(Fold::view)
        .filter(view -> view.getEntry().hasMessage() && view.getEntry().getSenderUser().equals(userId) == byUser)
        .findFirst();
  }

  /// The conversation was restored: what is held may not be so any more.
  public void forget() {
    held.clear();
    foldedUpto = 0;
  }

  private void hold(long seq, Fold fold) {
    held.put(seq, fold);
    while (held.size() > messagesMax) {
      held.pollFirstEntry();
    }
  }
}
