package chasqui.mailbox.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.log.fold.Changes;
import chasqui.log.v1.Entry;
import chasqui.store.v1.ConversationCommit;
import chasqui.store.v1.CounterRow;
import chasqui.store.v1.IdRow;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// What every conversation store answers.
public abstract class ConversationStoreContract extends StoreContract {

  @Test
  void what_was_never_written_is_absent() {
    assertEquals(Optional.empty(), get(store.conversations().load("c")));
    assertEquals(0L, get(store.conversations().loadCounter("c", "ann", "phone")));
    assertEquals(OptionalLong.empty(), get(store.conversations().findId("c", "ann", "phone", true, new byte[20])));
    assertEquals(List.of(), get(store.conversations().readLog("c", 0, 10, 10, 1_000, false)));
    assertEquals(11L, get(store.conversations().firstSeqSince("c", 0, 10)));
  }

  @Test
  void memberships_come_by_join_seq_with_past_intervals() {
    Chat chat = new Chat("c", START);
    commit(chat.created("zoe", "ann"), new Chat("cc", START).created("eve", "zoe"));
    commit(chat.joined("bob"));
    commit(chat.left("ann"));
    commit(chat.joined("ann"));
    List<String> intervals =
        get(store.conversations().load("c")).orElseThrow().memberships().stream()
            .map(m -> m.getUserId() + " " + m.getJoinSeq() + "-" + m.getLeaveSeq())
            .toList();
    assertEquals(List.of("ann 1-3", "zoe 1-0"), intervals.subList(0, 2).stream().sorted().toList());
    assertEquals(List.of("bob 2-0", "ann 4-0"), intervals.subList(2, 4));
  }

  @Test
  void a_counter_is_of_one_device_in_one_conversation() {
    ConversationCommit commit =
        new Chat("c", START).created("ann", "bob").toBuilder()
            .addCounters(counter("ann", "phone", 5))
            .addCounters(counter("ann", "pad", 1L << 40))
            .addCounters(counter("an", "nphone", 9))
            .build();
    commit(commit);
    assertEquals(5L, get(store.conversations().loadCounter("c", "ann", "phone")));
    assertEquals(1L << 40, get(store.conversations().loadCounter("c", "ann", "pad")));
    assertEquals(9L, get(store.conversations().loadCounter("c", "an", "nphone")));
    assertEquals(0L, get(store.conversations().loadCounter("c", "annp", "hone")));
    assertEquals(0L, get(store.conversations().loadCounter("d", "ann", "phone")));
  }

  @Test
  void an_id_is_found_by_all_its_parts() {
    byte[] id = {1, 2, 3};
    commit(
        new Chat("c", START).created("ann", "bob").toBuilder()
            .addIds(id("ann", "phone", true, id, 1))
            .addIds(id("ann", "phone", false, id, 2))
            .addIds(id("ann", "", false, new byte[64], 3))
            .build());
    assertEquals(OptionalLong.of(1), get(store.conversations().findId("c", "ann", "phone", true, id)));
    assertEquals(OptionalLong.of(2), get(store.conversations().findId("c", "ann", "phone", false, id)));
    assertEquals(OptionalLong.of(3), get(store.conversations().findId("c", "ann", "", false, new byte[64])));
    assertEquals(OptionalLong.empty(), get(store.conversations().findId("c", "ann", "", true, new byte[64])));
    assertEquals(OptionalLong.empty(), get(store.conversations().findId("c", "ann", "pad", true, id)));
    assertEquals(OptionalLong.empty(), get(store.conversations().findId("c", "bob", "phone", true, id)));
    assertEquals(OptionalLong.empty(), get(store.conversations().findId("d", "ann", "phone", true, id)));
    assertEquals(OptionalLong.empty(), get(store.conversations().findId("c", "ann", "phone", true, new byte[] {1, 2})));
  }

  @Test
  void the_log_is_read_ascending_between_after_and_upto() {
    long head = chatOf("c", 100);
    chatOf("c2", 10);
    assertSeqs(1, head, read("c", 0, Long.MAX_VALUE - 1, 1_000, 1 << 20, false));
    assertSeqs(1, head, read("c", 0, head, 1_000, 1 << 20, true));
    assertSeqs(41, 80, read("c", 40, 80, 1_000, 1 << 20, false));
    assertSeqs(41, 80, read("c", 40, 80, 1_000, 1 << 20, true));
    assertEquals(List.of(), read("c", 40, 40, 10, 1_000, false));
    assertEquals(List.of(), read("c", head, head + 10, 10, 1_000, false));
    assertEquals(List.of(), read("c", head, head + 10, 10, 1_000, true));
  }

  @Test
  void a_bound_on_the_count_cuts_off_one_end() {
    long head = chatOf("c", 100);
    assertSeqs(1, 50, read("c", 0, head, 50, 1 << 20, false));
    assertSeqs(head - 49, head, read("c", 0, head, 50, 1 << 20, true));
    assertSeqs(11, 11, read("c", 10, 90, 1, 1 << 20, false));
    assertSeqs(90, 90, read("c", 10, 90, 1, 1 << 20, true));
  }

  @Test
  void a_bound_on_bytes_cuts_off_one_end_but_leaves_one_entry() {
    long head = chatOf("c", 100);
    List<Entry> all = read("c", 0, head, 1_000, 1 << 20, false);
    int oldestThree = all.subList(0, 3).stream().mapToInt(Entry::getSerializedSize).sum();
    assertSeqs(1, 3, read("c", 0, head, 50, oldestThree, false));
    assertSeqs(1, 2, read("c", 0, head, 50, oldestThree - 1, false));
    int newestFour = all.subList(all.size() - 4, all.size()).stream().mapToInt(Entry::getSerializedSize).sum();
    assertSeqs(head - 3, head, read("c", 0, head, 50, newestFour, true));
    assertSeqs(head - 2, head, read("c", 0, head, 50, newestFour - 1, true));
    assertSeqs(1, 1, read("c", 0, head, 50, 1, false));
    assertSeqs(head, head, read("c", 0, head, 50, 1, true));
  }

  @Test
  void the_first_seq_since_a_stamp_is_found_at_and_between_stamps() {
    long head = chatOf("c", 40);
    long firstStamp = read("c", 0, 1, 1, 1_000, false).getFirst().getStampMicros();
    assertEquals(1L, get(store.conversations().firstSeqSince("c", Long.MIN_VALUE, head)));
    for (int seq = 1; seq <= head; seq++) {
      long stamp = firstStamp + (seq - 1) * 1_000L;
      assertEquals(seq, get(store.conversations().firstSeqSince("c", stamp, head)));
      assertEquals(seq, get(store.conversations().firstSeqSince("c", stamp - 999, head)));
    }
    assertEquals(head + 1, get(store.conversations().firstSeqSince("c", firstStamp + head * 1_000, head)));
    assertEquals(6L, get(store.conversations().firstSeqSince("c", firstStamp + 20_000, 5)));
  }

  @Test
  void changes_are_listed_by_message_without_content() {
    Chat chat = new Chat("c", START);
    commit(chat.created("ann", "bob"));
    commit(chat.said("ann", "phone", "two", "three", "four"));
    commit(chat.reacted("bob", 3, "+", false), new Chat("cc", START).created("eve", "zoe"));
    commit(chat.edited("ann", 2, "better"));
    commit(chat.reacted("bob", 3, "+", true));
    commit(chat.deleted("ann", 4));
    assertEquals(List.of("2:6", "3:5", "3:7", "4:8"), changes("c", 0, 9, 100, false));
    assertEquals(List.of("2:6", "3:5", "3:7", "4:8"), changes("c", 0, 9, 100, true));
    assertEquals(List.of("3:5", "3:7"), changes("c", 2, 3, 100, false));
    assertEquals(List.of("3:5", "3:7"), changes("c", 2, 3, 100, true));
    assertEquals(List.of(), changes("c", 4, 9, 100, false));
    assertEquals(List.of(), changes("c", 3, 3, 100, true));
    assertEquals(List.of(), changes("cc", 0, 9, 100, false));
    assertEquals(List.of(), changes("absent", 0, 9, 100, true));
    Entry edit = get(store.conversations().readChanges("c", 1, 2, 100, false)).rows().getFirst();
    assertEquals("ann", edit.getSenderUser());
    assertEquals(chat.stampMicros() - 2_000, edit.getStampMicros());
    assertFalse(edit.getEdit().hasMessage());
    assertFalse(edit.getClientMessageId().isEmpty() || edit.getSenderDevice().isEmpty());
  }

  @Test
  void what_a_deletion_empties_is_replaced_in_the_log_and_nothing_else() {
    Chat chat = new Chat("c", START);
    commit(chat.created("ann", "bob"));
    commit(chat.said("ann", "phone", "two", "three"));
    List<Entry> before = read("c", 0, 9, 100, 1 << 20, false);
    ConversationCommit.Builder later = chat.said("ann", "phone", "four").toBuilder();
    Entry own = Changes.emptied(later.getEntries(0));
    commit(later.addEmptied(Changes.emptied(before.get(1))).addEmptied(own).build());
    assertEquals(
        List.of(before.get(0), Changes.emptied(before.get(1)), before.get(2), own), read("c", 0, 9, 100, 1 << 20, false));
  }

  @Test
  void a_bound_on_changes_leaves_messages_out_and_never_splits_one() {
    Chat chat = new Chat("c", START);
    commit(chat.created("ann", "bob"));
    commit(chat.said("ann", "phone", "two", "three", "four"));
    for (int i = 0; i < 3; i++) {
      for (long target = 2; target <= 4; target++) {
        commit(chat.reacted("bob", target, "r" + i, false));
      }
    }
    assertEquals(List.of("2:5", "2:8", "2:11"), changes("c", 0, 9, 1, false));
    assertEquals(List.of("2:5", "2:8", "2:11"), changes("c", 0, 9, 3, false));
    assertEquals(6, changes("c", 0, 9, 4, false).size());
    assertEquals(List.of("4:7", "4:10", "4:13"), changes("c", 0, 9, 2, true));
    assertEquals(9, get(store.conversations().readChanges("c", 0, 9, 8, true)).rows().size());
    assertTrue(get(store.conversations().readChanges("c", 0, 9, 8, true)).whole());
    assertFalse(get(store.conversations().readChanges("c", 0, 9, 6, true)).whole());
    assertFalse(get(store.conversations().readChanges("c", 0, 9, 6, false)).whole());
  }

  private List<String> changes(String id, long after, long upto, int rowsMax, boolean newestFirst) {
    return get(store.conversations().readChanges(id, after, upto, rowsMax, newestFirst)).rows().stream()
        .map(row -> Changes.targetOf(row) + ":" + row.getSeq())
        .toList();
  }

  /// A conversation with its first entry and `messages` messages. Gives the head.
  private long chatOf(String id, int messages) {
    Chat chat = new Chat(id, START);
    commit(chat.created("ann", "bob"));
    commit(chat.said("ann", "phone", IntStream.range(0, messages).mapToObj(i -> "text " + i).toArray(String[]::new)));
    return chat.head();
  }

  private List<Entry> read(String id, long after, long upto, int entriesMax, int bytesMax, boolean newestFirst) {
    return get(store.conversations().readLog(id, after, upto, entriesMax, bytesMax, newestFirst));
  }

  private static void assertSeqs(long first, long last, List<Entry> entries) {
    assertEquals(
        LongStream.rangeClosed(first, last).boxed().toList(), entries.stream().map(Entry::getSeq).toList());
  }

  private static CounterRow counter(String userId, String deviceId, long counter) {
    return CounterRow.newBuilder().setUserId(userId).setDeviceId(deviceId).setCounter(counter).build();
  }

  private static IdRow id(String userId, String deviceId, boolean counted, byte[] id, long seq) {
    return IdRow.newBuilder()
        .setUserId(userId).setDeviceId(deviceId).setCounted(counted).setClientMessageId(ByteString.copyFrom(id))
        .setSeq(seq).build();
  }
}
