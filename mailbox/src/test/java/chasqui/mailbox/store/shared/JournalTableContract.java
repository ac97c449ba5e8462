package chasqui.mailbox.store.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.mailbox.store.shared.JournalTable.JournalId;
import chasqui.mailbox.store.shared.JournalTable.Marks;
import chasqui.mailbox.store.shared.JournalTable.Placed;
import chasqui.store.v1.JournalRow;
import chasqui.store.v1.Seal;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// What every table of journals keeps: a place is taken once, and what was answered is seen.
public abstract class JournalTableContract extends SharedTablesContract {
  private static final JournalId JOURNAL = new JournalId("node-1/a", 2);

  private static JournalRow row(long nonce) {
    ByteString bytes = ByteString.copyFrom(ByteBuffer.allocate(16).putLong(nonce).putLong(~nonce).flip());
    return JournalRow.newBuilder().setNonce(bytes).setWrittenMicros(nonce).setSeal(Seal.getDefaultInstance()).build();
  }

  @Test
  void a_place_is_taken_once() {
    assertEquals(Optional.empty(), get(tables.journal().read(JOURNAL, 1)));
    assertTrue(get(tables.journal().insert(JOURNAL, 1, row(1))));
    assertFalse(get(tables.journal().insert(JOURNAL, 1, row(2))));
    assertFalse(get(tables.journal().insert(JOURNAL, 1, row(1))), "its own row stands there, too");
    assertEquals(Optional.of(row(1)), get(tables.journal().read(JOURNAL, 1)));
  }

  @Test
  void of_many_at_one_place_at_most_one_is_told_that_it_has_it_and_it_has() {
    List<CompletionStage<Boolean>> answers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      answers.add(tables.journal().insert(JOURNAL, 7, row(i)));
    }
    List<Integer> told = new ArrayList<>();
    boolean isDoubtful = false;
    for (int i = 0; i < answers.size(); i++) {
      if (isUnknown(answers.get(i))) {
        isDoubtful = true;
      } else if (get(answers.get(i))) {
        told.add(i);
      }
    }
    assertTrue(told.size() == 1 || isDoubtful && told.isEmpty(), "told: " + told);
    JournalRow stored = get(tables.journal().read(JOURNAL, 7)).orElseThrow();
    told.forEach(winner -> assertEquals(row(winner), stored));
  }

  @Test
  void journals_are_apart() {
    JournalId otherStripe = new JournalId(JOURNAL.incarnation(), 3);
    JournalId otherLife = new JournalId("node-1/b", 2);
    assertTrue(get(tables.journal().insert(JOURNAL, 1, row(1))));
    assertTrue(get(tables.journal().insert(otherStripe, 1, row(2))));
    assertTrue(get(tables.journal().insert(otherLife, 1, row(3))));
    assertEquals(Optional.of(row(2)), get(tables.journal().read(otherStripe, 1)));
    assertEquals(List.of(new Placed(1, row(3))), get(tables.journal().readPart(otherLife, 1, 256)));
    get(tables.journal().raiseApplied(JOURNAL, 9));
    assertEquals(Marks.NONE, get(tables.journal().readMarks(otherStripe)));
    assertEquals(Marks.NONE, get(tables.journal().readMarks(otherLife)));
  }

  @Test
  void a_part_is_read_up_to_a_hole_its_end_or_as_many_as_wanted() {
    fill(250, 259);
    fill(261, 262);
    assertEquals(LongStream.rangeClosed(250, 255).boxed().toList(), numbers(250, 256));
    assertEquals(List.of(255L), numbers(255, 256));
    assertEquals(LongStream.rangeClosed(256, 259).boxed().toList(), numbers(256, 256));
    assertEquals(List.of(), numbers(260, 256));
    assertEquals(List.of(252L, 253L), numbers(252, 2));
    assertEquals(List.of(), numbers(1, 256));
    assertEquals(new Placed(258, row(258)), get(tables.journal().readPart(JOURNAL, 258, 1)).getFirst());
  }

  @Test
  void a_long_part_is_read_whole() {
    fill(1, 80);
    assertEquals(LongStream.rangeClosed(1, 80).boxed().toList(), numbers(1, 256));
  }

  @Test
  void marks_rise_each_for_itself_and_never_fall() {
    assertEquals(Marks.NONE, get(tables.journal().readMarks(JOURNAL)));
    get(tables.journal().raiseApplied(JOURNAL, 300));
    get(tables.journal().raiseApplied(JOURNAL, 255));
    assertEquals(new Marks(300, 0), get(tables.journal().readMarks(JOURNAL)));
    get(tables.journal().raiseDeleted(JOURNAL, 200));
    get(tables.journal().raiseDeleted(JOURNAL, 199));
    get(tables.journal().raiseApplied(JOURNAL, 301));
    assertEquals(new Marks(301, 200), get(tables.journal().readMarks(JOURNAL)));
  }

  @Test
  void a_deleted_part_is_gone_and_no_other() {
    fill(254, 257);
    get(tables.journal().deletePart(JOURNAL, 0));
    assertEquals(List.of(), numbers(254, 256));
    assertEquals(Optional.empty(), get(tables.journal().read(JOURNAL, 255)));
    assertEquals(List.of(256L, 257L), numbers(256, 256));
    get(tables.journal().deletePart(JOURNAL, 0));
  }

  @Test
  void the_first_places_of_a_part_go_and_no_others() {
    fill(250, 262);
    get(tables.journal().deleteUpto(JOURNAL, 258));
    assertEquals(List.of(), numbers(256, 256));
    assertEquals(List.of(259L, 260L, 261L, 262L), numbers(259, 256));
    assertEquals(List.of(250L, 251L, 252L, 253L, 254L, 255L), numbers(250, 256), "another part");
    assertEquals(Optional.empty(), get(tables.journal().read(JOURNAL, 258)));
    assertTrue(get(tables.journal().insert(JOURNAL, 258, row(999))), "a place in the hole can be taken");
    assertEquals(Optional.of(row(999)), get(tables.journal().read(JOURNAL, 258)));
    get(tables.journal().deleteUpto(JOURNAL, 262));
    assertEquals(List.of(), numbers(258, 256));
  }

  private void fill(long from, long to) {
    for (long number = from; number <= to; number++) {
      assertTrue(get(tables.journal().insert(JOURNAL, number, row(number))));
    }
  }

  private List<Long> numbers(long from, int rowsMax) {
    return get(tables.journal().readPart(JOURNAL, from, rowsMax)).stream().map(Placed::number).toList();
  }
}
