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

  /// A message, and up to which `seq` changes of it are folded in. For each its own: a page knows later changes of its
  /// messages only, not of those that come by themselves.
  private static final class Held {
    final Fold fold;
    long upto;

    Held(Fold fold, long upto) {
      this.fold = fold;
      this.upto = upto;
    }
  }

  private final int messagesMax;
  private final TreeMap<Long, Held> held = new TreeMap<>();

  /// @param messagesMax how many messages are held; the newest
  public MessageBook(int messagesMax) {
    this.messagesMax = messagesMax;
  }

  /// Takes in a page of folded history. What is held and knows later changes stays.
  ///
  /// @param upto the page's `folded_upto`
  public void history(List<FoldedEntry> page, long upto) {
    for (var view : page) {
      var known = held.get(view.getEntry().getSeq());
      if (known == null || known.upto < upto) {
        hold(view.getEntry().getSeq(), Fold.of(view), upto);
      }
    }
  }

  /// Takes in a delivered entry; they come in the order of `seq`.
  public Shown received(Entry entry) {
    if (!Changes.isChange(entry)) {
      if (held.containsKey(entry.getSeq())) {
        return KNOWN;
      }
      var fold = Fold.of(entry);
      hold(entry.getSeq(), fold, entry.getSeq());
      return new Shown.Added(fold.view());
    }
    var target = held.get(Changes.targetOf(entry));
    if (target == null) {
      return new Shown.ChangedUnseen(entry);
    }
    if (entry.getSeq() <= target.upto) {
      return KNOWN;
    }
    target.upto = entry.getSeq();
    return target.fold.apply(entry) ? changed(target.fold.view(), entry) : KNOWN;
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
    return Optional.ofNullable(held.get(seq)).map(known -> known.fold.view());
  }

  /// The newest message that is not deleted and was, or was not, sent by this user.
  public Optional<FoldedEntry> newest(String userId, boolean byUser) {
    return held.descendingMap().values().stream().map(known -> known.fold.view())
        .filter(view -> view.getEntry().hasMessage() && view.getEntry().getSenderUser().equals(userId) == byUser)
        .findFirst();
  }

  /// The conversation was restored: what is held may not be so any more.
  public void forget() {
    held.clear();
  }

  private void hold(long seq, Fold fold, long upto) {
    held.put(seq, new Held(fold, upto));
    while (held.size() > messagesMax) {
      held.pollFirstEntry();
    }
  }
}
