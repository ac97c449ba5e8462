package chasqui.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.log.fold.Changes;
import chasqui.log.fold.Fold;
import chasqui.log.fold.Folding;
import chasqui.log.v1.Deletion;
import chasqui.log.v1.Edit;
import chasqui.log.v1.Entry;
import chasqui.log.v1.FoldedEntry;
import chasqui.log.v1.Pin;
import chasqui.log.v1.Reaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Folding a page at the server and folding on from it, entry by entry, at a client show the same; and both what a plain
/// model says.
final class FoldTest {
  private static final int MESSAGES = 4;

  @Test
  void a_view_goes_on_as_the_entries_behind_it_would_have() {
    for (int seed = 0; seed < 500; seed++) {
      var random = new SplittableRandom(seed);
      var log = log(random, 80);
      int cut = MESSAGES + random.nextInt(log.size() - MESSAGES + 1);
      // The server knows the log up to the cut, and of all but the newest edit of a message only that there was one.
      var atServer = Folding.fold(log.subList(0, MESSAGES), summaries(log.subList(0, cut)), 0, cut);
      var client = new HashMap<Long, Fold>();
      atServer.forEach(view -> client.put(view.getEntry().getSeq(), Fold.of(view)));
      for (var entry : log.subList(cut, log.size())) {
        client.get(Changes.targetOf(entry)).apply(entry);
      }
      var whole = Folding.fold(log, log, 0, log.size());
      assertEquals(whole, whole.stream().map(view -> client.get(view.getEntry().getSeq()).view()).toList(), "seed " + seed);
      whole.forEach(view -> assertEquals(model(log, view.getEntry().getSeq()), brief(view)));
    }
  }

  @Test
  void users_beyond_those_named_are_counted() {
    var fold = Fold.of(Frames.entry(1));
    for (int i = 0; i < 150; i++) {
      assertTrue(fold.apply(reaction(2 + i, "u" + i, 1, "+", false)));
    }
    assertFalse(fold.apply(reaction(200, "u7", 1, "+", false)), "named already");
    assertEquals(150, fold.view().getReactions(0).getCount());
    assertEquals(Fold.NAMED_USERS_MAX, fold.view().getReactions(0).getUserIdsCount());
    var later = Fold.of(fold.view());
    for (int i = 0; i < 150; i++) {
      assertTrue(later.apply(reaction(300 + i, "u" + i, 1, "+", true)));
    }
    assertEquals(0, later.view().getReactionsCount());
    assertFalse(later.apply(reaction(500, "u1", 1, "+", true)));
  }

  @Test
  void what_is_no_message_and_what_is_deleted_stays_as_it_is() {
    var event = Fold.of(reaction(1, "a", 9, "+", false));
    assertFalse(event.apply(reaction(2, "b", 1, "+", false)));
    var fold = Fold.of(Frames.entry(1));
    assertFalse(fold.apply(reaction(2, "b", 7, "+", false)), "of another message");
    assertTrue(fold.apply(change(3, "bob").setDeletion(Deletion.newBuilder().setTargetSeq(1)).build()));
    assertFalse(fold.apply(reaction(4, "b", 1, "+", false)));
    assertEquals("bob", fold.view().getEntry().getSenderUser());
    assertFalse(fold.view().getEntry().hasMessage());
  }

  private static List<Entry> log(SplittableRandom random, int size) {
    var log = new ArrayList<Entry>();
    for (long seq = 1; seq <= MESSAGES; seq++) {
      log.add(Frames.entry(seq));
    }
    for (long seq = MESSAGES + 1; seq <= size; seq++) {
      long target = 1 + random.nextInt(MESSAGES);
      var user = "u" + random.nextInt(3);
      log.add(switch (random.nextInt(12)) {
        case 0 -> change(seq, user).setDeletion(Deletion.newBuilder().setTargetSeq(target)).build();
        case 1, 2 -> change(seq, user)
            .setEdit(Edit.newBuilder().setTargetSeq(target).setMessage(Frames.text("edit " + seq))).build();
        case 3, 4 -> change(seq, user).setPin(Pin.newBuilder().setTargetSeq(target).setRemoved(random.nextBoolean())).build();
        default -> reaction(seq, user, target, "e" + random.nextInt(3), random.nextBoolean());
      });
    }
    return log;
  }

  private static List<Entry> summaries(List<Entry> log) {
    Map<Long, Long> newestEdit = new HashMap<>();
    log.stream().filter(Entry::hasEdit).forEach(entry -> newestEdit.put(Changes.targetOf(entry), entry.getSeq()));
    return log.stream().filter(Changes::isChange)
        .map(entry -> newestEdit.containsValue(entry.getSeq()) ? entry : Changes.summary(entry)).toList();
  }

  private static String model(List<Entry> log, long seq) {
    var text = "m" + seq;
    boolean pinned = false;
    Set<String> reactions = new TreeSet<>();
    for (var entry : log) {
      if (Changes.targetOf(entry) != seq) {
        continue;
      }
      var reaction = entry.getSenderUser() + entry.getReaction().getEmoji();
      switch (entry.getBodyCase()) {
        case DELETION -> {
          return "deleted at " + entry.getSeq();
        }
        case EDIT -> text = entry.getEdit().getMessage().getText().getText();
        case PIN -> pinned = !entry.getPin().getRemoved();
        default -> {
          if (entry.getReaction().getRemoved()) {
            reactions.remove(reaction);
          } else {
            reactions.add(reaction);
          }
        }
      }
    }
    return text + pinned + reactions;
  }

  private static String brief(FoldedEntry view) {
    if (view.hasDeleted()) {
      return "deleted at " + view.getDeleted().getSeq();
    }
    Set<String> reactions = new TreeSet<>();
    view.getReactionsList().forEach(reaction -> reaction.getUserIdsList()
        .forEach(user -> reactions.add(user + reaction.getEmoji())));
    return view.getEntry().getMessage().getText().getText() + view.getPinned() + reactions;
  }

  private static Entry.Builder change(long seq, String user) {
    return Entry.newBuilder().setSeq(seq).setStampMicros(seq * 1_000).setSenderUser(user);
  }

  private static Entry reaction(long seq, String user, long target, String emoji, boolean removed) {
    return change(seq, user)
        .setReaction(Reaction.newBuilder().setTargetSeq(target).setEmoji(emoji).setRemoved(removed)).build();
  }
}
