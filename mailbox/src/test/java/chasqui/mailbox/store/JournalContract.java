package chasqui.mailbox.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.JournalBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// What every journal keeps: a batch is there as a whole when its stage says so, and stays.
public abstract class JournalContract extends StoreContract {

  @Test
  void a_committed_batch_is_seen_by_every_later_read() {
    Chat chat = new Chat("c", START);
    ConversationCommit created = chat.created("ann", "bob");
    ConversationCommit said = chat.said("ann", "phone", "one", "two");
    commit(created);
    // A conversation is read right after its commit, however much of it is still to be applied.
    assertInstanceOf(CommitOutcome.Committed.class, get(store.journal().commit(0, batch(said))));
    assertHolds(chat, created, said);
  }

  @Test
  void a_committed_batch_survives_a_restart() throws Exception {
    Chat chat = new Chat("c", START);
    ConversationCommit created = chat.created("ann", "bob");
    ConversationCommit said = chat.said("ann", "phone", "one", "two");
    commit(created, new Chat("d", START).created("bob", "eve"));
    commit(said);
    reopen();
    assertHolds(chat, created, said);
    assertEquals(List.of("c", "d"), get(store.users().listMemberships("bob", "", 10)).conversationIds());
  }

  private void assertHolds(Chat chat, ConversationCommit created, ConversationCommit said) {
    ConversationStore conversations = store.conversations();
    StoredConversation stored = get(conversations.load(chat.id())).orElseThrow();
    assertEquals(said.getRow(), stored.row());
    assertEquals(created.getMembershipsList(), stored.memberships());
    assertEquals(3L, get(conversations.loadCounter(chat.id(), "ann", "phone")));
    assertEquals(OptionalLong.of(2), get(conversations.findId(chat.id(), "ann", "phone", true, Chat.countedId(2))));
    assertEquals(
        List.of(created.getEntries(0), said.getEntries(0), said.getEntries(1)),
        get(conversations.readLog(chat.id(), 0, 3, 10, 10_000, false)));
    int today = day(START);
    assertEquals(List.of("c"), get(store.users().readMarks("ann", today, today, "", 10)).conversationIds());
    assertEquals(List.of("c"), get(store.users().listMemberships("ann", "", 10)).conversationIds());
  }

  @Test
  void batches_of_a_stripe_follow_each_other() {
    Chat chat = new Chat("c", START);
    commit(chat.created("ann", "bob"));
    for (int i = 0; i < 50; i++) {
      commit(chat.said("ann", "phone", "text " + i));
    }
    assertEquals(51, get(store.conversations().load("c")).orElseThrow().row().getHead());
    assertArrayEquals(
        LongStream.rangeClosed(1, 51).toArray(),
        get(store.conversations().readLog("c", 0, 51, 100, 1 << 20, false)).stream().mapToLong(e -> e.getSeq()).toArray());
  }

  @Test
  void stripes_commit_side_by_side() {
    List<CompletableFuture<CommitOutcome>> outcomes = new ArrayList<>();
    for (int stripe = 0; stripe < 4; stripe++) {
      JournalBatch batch = batch(new Chat("of stripe " + stripe, START).created("ann", "bob"));
      outcomes.add(store.journal().commit(stripe, batch).toCompletableFuture());
    }
    outcomes.forEach(outcome -> applied(get(outcome)));
    assertEquals(4, get(store.users().listMemberships("ann", "", 10)).conversationIds().size());
  }

  @Test
  void the_next_batch_may_be_given_by_the_one_who_hears_of_the_last() {
    Chat chat = new Chat("c", START);
    JournalBatch first = batch(chat.created("ann", "bob"));
    JournalBatch second = batch(chat.said("ann", "phone", "at once"));
    assertInstanceOf(
        CommitOutcome.Committed.class,
        get(store.journal().commit(0, first).thenCompose(outcome -> store.journal().commit(0, second))));
    assertEquals(2, get(store.conversations().load("c")).orElseThrow().row().getHead());
  }

  @Test
  void an_empty_batch_is_committed() {
    commit();
    assertEquals(0, store.journal().unapplied());
  }
}
