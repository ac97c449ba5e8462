package chasqui.mailbox.store.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.log.fold.Changes;
import chasqui.log.v1.Entry;
import chasqui.mailbox.store.Chat;
import chasqui.mailbox.store.StoredConversation;
import chasqui.store.v1.ConversationCommit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What every table of commits keeps: the stamps decide, not when or how often a commit is applied.
public abstract class CommitTableContract extends SharedTablesContract {

  /// A conversation in which every kind of row changes more than once.
  private List<ConversationCommit> history() {
    Chat chat = new Chat("c", START);
    List<ConversationCommit> commits = new ArrayList<>();
    commits.add(chat.created("ann", "bob"));
    commits.add(chat.said("ann", "phone", "two", "three", "four"));
    commits.add(chat.joined("eve"));
    commits.add(chat.said("bob", "pad", "six"));
    commits.add(chat.reacted("bob", 3, "+", false));
    commits.add(chat.edited("ann", 2, "better"));
    commits.add(chat.left("ann"));
    Entry two = Changes.emptied(commits.get(1).getEntries(0));
    commits.add(chat.deleted("ann", 2).toBuilder().addEmptied(two).build());
    commits.add(chat.joined("ann"));
    commits.add(chat.said("ann", "phone", "eleven", "twelve"));
    return commits;
  }

  private List<Object> state() {
    StoredConversation stored = get(tables.conversations().load("c")).orElseThrow();
    List<Object> state = new ArrayList<>(List.of(
        stored.row(), stored.memberships().stream().map(Object::toString).sorted().toList(),
        get(tables.conversations().readLog("c", 0, 99, 100, 1 << 20, false)),
        get(tables.conversations().readChanges("c", 0, 99, 100, false)),
        get(tables.conversations().loadCounter("c", "ann", "phone")),
        get(tables.conversations().loadCounter("c", "bob", "pad")),
        get(tables.conversations().findId("c", "ann", "phone", true, Chat.countedId(3)))));
    int day = (int) TimeUnit.SECONDS.toDays(START.getEpochSecond());
    for (String user : List.of("ann", "bob", "eve")) {
      state.add(get(tables.users().readMarks(user, day - 9, day + 1, "", 10)));
      state.add(get(tables.users().listMemberships(user, "", 10)));
    }
    return state;
  }

  @Test
  void what_is_applied_late_repeatedly_or_reordered_changes_nothing() {
    List<ConversationCommit> history = history();
    history.forEach(commit -> get(tables.commits().apply(commit)));
    List<Object> inOrder = state();
    for (long seed = 1; seed <= 4; seed++) {
      List<ConversationCommit> again = new ArrayList<>(history);
      Collections.shuffle(again, new Random(seed));
      List<CompletionStage<Void>> applied = new ArrayList<>();
      again.forEach(commit -> applied.add(tables.commits().apply(commit)));
      applied.forEach(SharedTablesContract::get);
      assertEquals(inOrder, state(), "seed " + seed);
    }
  }

  @Test
  void whatever_order_the_first_applies_come_in_the_outcome_is_the_same() {
    List<ConversationCommit> history = history();
    history.reversed().forEach(commit -> get(tables.commits().apply(commit)));
    List<Object> reversed = state();
    history.forEach(commit -> get(tables.commits().apply(commit)));
    assertEquals(state(), reversed);
    assertEquals(history.getLast().getRow(), get(tables.conversations().load("c")).orElseThrow().row());
  }

  @Test
  void an_entry_that_was_emptied_stays_so_when_its_first_commit_is_applied_again() {
    Chat chat = new Chat("c", START);
    ConversationCommit created = chat.created("ann", "bob");
    ConversationCommit said = chat.said("ann", "phone", "two");
    Entry two = Changes.emptied(said.getEntries(0));
    ConversationCommit deleted = chat.deleted("ann", 2).toBuilder().addEmptied(two).build();
    List.of(created, said, deleted, said).forEach(commit -> get(tables.commits().apply(commit)));
    assertEquals(two, get(tables.conversations().readLog("c", 1, 2, 1, 1_000, false)).getFirst());
  }

  @Test
  void of_what_one_commit_says_of_a_seq_the_last_counts() {
    Chat chat = new Chat("c", START);
    get(tables.commits().apply(chat.created("ann", "bob")));
    ConversationCommit said = chat.said("ann", "phone", "two", "zzzzzzzzzz");
    Entry first = said.getEntries(1).toBuilder().setSenderDevice("zzz").build();
    Entry last = Changes.emptied(said.getEntries(1));
    ConversationCommit both = said.toBuilder().addEmptied(first).addEmptied(last).build();
    get(tables.commits().apply(both));
    get(tables.commits().apply(both));
    assertEquals(List.of(said.getEntries(0), last), get(tables.conversations().readLog("c", 1, 3, 9, 9_999, false)));
  }

  @Test
  void a_long_log_is_read_over_its_parts_from_both_ends() {
    Chat chat = new Chat("c", START);
    get(tables.commits().apply(chat.created("ann", "bob")));
    List<Entry> all = new ArrayList<>();
    for (int i = 0; i < 11; i++) {
      ConversationCommit said = chat.said("ann", "phone", Collections.nCopies(200, "text").toArray(String[]::new));
      all.addAll(said.getEntriesList());
      get(tables.commits().apply(said));
    }
    long head = chat.head();
    assertEquals(all, get(tables.conversations().readLog("c", 1, head, 5_000, 9 << 20, false)));
    assertEquals(all, get(tables.conversations().readLog("c", 1, head, 5_000, 9 << 20, true)));
    assertEquals(all, get(tables.conversations().readLog("c", 1, Long.MAX_VALUE - 1, 5_000, 9 << 20, true)));
    assertEquals(all.subList(1_000, 1_050), get(tables.conversations().readLog("c", 1_001, head, 50, 9 << 20, false)));
    assertEquals(all.subList(1_000, 1_050), get(tables.conversations().readLog("c", 900, 1_051, 50, 9 << 20, true)));
    assertEquals(List.of(), get(tables.conversations().readLog("c", head, head + 9_000, 50, 9 << 20, true)));
    assertEquals(1_500L, get(tables.conversations().firstSeqSince("c", all.get(1_498).getStampMicros(), head)));
    assertEquals(1_500L, get(tables.conversations().firstSeqSince("c", all.get(1_498).getStampMicros(), 1L << 40)));
  }

  @Test
  void a_large_group_is_marked_as_a_whole() {
    String[] users = new String[600];
    for (int i = 0; i < users.length; i++) {
      users[i] = "user-" + i;
    }
    get(tables.commits().apply(new Chat("c", START).created(users)));
    int day = (int) TimeUnit.SECONDS.toDays(START.getEpochSecond());
    for (int i = 0; i < users.length; i += 37) {
      assertEquals(List.of("c"), get(tables.users().readMarks(users[i], day, day, "", 9)).conversationIds());
      assertEquals(List.of("c"), get(tables.users().listMemberships(users[i], "", 9)).conversationIds());
    }
    assertEquals(users.length, get(tables.conversations().load("c")).orElseThrow().memberships().size());
  }
}
