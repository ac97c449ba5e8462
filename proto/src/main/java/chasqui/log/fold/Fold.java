package chasqui.log.fold;

import chasqui.log.v1.ChangeMark;
import chasqui.log.v1.Entry;
import chasqui.log.v1.FoldedEntry;
import chasqui.log.v1.FoldedReaction;
import chasqui.log.v1.Reaction;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;

/// One entry and what the changes that its reader has seen so far make of it.
///
/// The owner has decided that each change was allowed; here it is only carried out, in the order of `seq`. What a view
/// says is all that is kept, so folding goes on from a view exactly as it would have gone on from the entries behind it.
/// A change that a reader's membership hides is not in the reader's fold: whoever came back sees what those entries say
/// that were meant for them.
public final class Fold {

  /// Users named for an emoji; more are only counted. As many as a group has members by default.
  public static final int NAMED_USERS_MAX = 100;

  private static final class Reactors {
    final SequencedSet<String> named = new LinkedHashSet<>();
    int unnamed;

    int count() {
      return named.size() + unnamed;
    }
  }

  private final Map<String, Reactors> reactions = new LinkedHashMap<>();
  private Entry shown;
  private ChangeMark edited;
  private ChangeMark deleted;
  private boolean pinned;

  private Fold(Entry shown) {
    this.shown = shown;
  }

  /// An entry that nothing has changed yet.
  public static Fold of(Entry entry) {
    return new Fold(entry);
  }

  /// Goes on where a view ends.
  public static Fold of(FoldedEntry view) {
    Fold fold = new Fold(view.getEntry());
    fold.edited = view.hasEdited() ? view.getEdited() : null;
    fold.deleted = view.hasDeleted() ? view.getDeleted() : null;
    fold.pinned = view.getPinned();
    for (FoldedReaction reaction : view.getReactionsList()) {
      Reactors reactors = new Reactors();
      reactors.named.addAll(reaction.getUserIdsList());
      reactors.unnamed = reaction.getCount() - reactors.named.size();
      fold.reactions.put(reaction.getEmoji(), reactors);
    }
    return fold;
  }

  /// Folds a later entry in. True if something shows otherwise now; false if it is no change of this entry, or says what
  /// holds already.
  public boolean apply(Entry change) {
    if (deleted != null || !shown.hasMessage() || Changes.targetOf(change) != shown.getSeq()) {
      return false;
    }
    return switch (change.getBodyCase()) {
      case EDIT -> edit(change);
      case DELETION -> delete(change);
      case REACTION -> react(change.getSenderUser(), change.getReaction());
      case PIN -> pin(!change.getPin().getRemoved());
      case CREATED, MESSAGE, MEMBERSHIP, TITLE, RETENTION, TOMBSTONE, BODY_NOT_SET -> false;
    };
  }

  // The content of an edit that a later one replaces may be missing.
  private boolean edit(Entry change) {
    edited = mark(change);
    if (change.getEdit().hasMessage()) {
      shown = shown.toBuilder().setMessage(change.getEdit().getMessage()).build();
    }
    return true;
  }

  private boolean delete(Entry change) {
    deleted = mark(change);
    edited = null;
    pinned = false;
    reactions.clear();
    shown = shown.toBuilder().clearBody().build();
    return true;
  }

  private boolean react(String user, Reaction reaction) {
    String emoji = reaction.getEmoji();
    Reactors reactors = reactions.get(emoji);
    if (reaction.getRemoved()) {
      return reactors != null && takeBack(emoji, reactors, user);
    }
    if (reactors == null) {
      reactors = new Reactors();
      reactions.put(emoji, reactors);
    }
    if (reactors.named.contains(user)) {
      return false;
    }
    if (reactors.named.size() < NAMED_USERS_MAX) {
      reactors.named.add(user);
    } else {
      reactors.unnamed++;
    }
    return true;
  }

  private boolean takeBack(String emoji, Reactors reactors, String user) {
    if (!reactors.named.remove(user)) {
      if (reactors.unnamed == 0) {
        return false;
      }
      reactors.unnamed--;
    }
    if (reactors.count() == 0) {
      reactions.remove(emoji);
    }
    return true;
  }

  private boolean pin(boolean now) {
    boolean changes = pinned != now;
    pinned = now;
    return changes;
  }

  private static ChangeMark mark(Entry change) {
    return ChangeMark.newBuilder()
        .setSeq(change.getSeq())
        .setStampMicros(change.getStampMicros())
        .setUserId(change.getSenderUser())
        .build();
  }

  /// The entry as it is to be shown now.
  public FoldedEntry view() {
    FoldedEntry.Builder view = FoldedEntry.newBuilder().setEntry(shown).setPinned(pinned);
    if (edited != null) {
      view.setEdited(edited);
    }
    if (deleted != null) {
      view.setDeleted(deleted);
    }
    reactions.forEach((emoji, reactors) -> view.addReactions(FoldedReaction.newBuilder()
        .setEmoji(emoji)
        .setCount(reactors.count())
        .addAllUserIds(reactors.named)));
    return view.build();
  }
}
