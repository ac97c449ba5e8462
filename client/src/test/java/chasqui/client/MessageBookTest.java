package chasqui.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.client.MessageBook.Shown;
import chasqui.log.v1.Deletion;
import chasqui.log.v1.Edit;
import chasqui.log.v1.Entry;
import chasqui.log.v1.FoldedEntry;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MessageBookTest {
  private final MessageBook book = new MessageBook(3);

  private static FoldedEntry view(long seq) {
    return FoldedEntry.newBuilder().setEntry(Frames.entry(seq)).build();
  }

  private static Entry deletion(long seq, long target) {
    return Frames.entry(seq).toBuilder().setDeletion(Deletion.newBuilder().setTargetSeq(target)).build();
  }

  private static Entry edit(long seq, long target, String text) {
    return Frames.entry(seq).toBuilder()
        .setEdit(Edit.newBuilder().setTargetSeq(target).setMessage(Frames.text(text))).build();
  }

  @Test
  void a_change_that_a_page_has_folded_in_is_not_shown_again() {
    book.history(List.of(view(8), view(9)), 10);
    assertInstanceOf(Shown.Known.class, book.received(edit(10, 9, "later")));
    assertInstanceOf(Shown.Edited.class, book.received(edit(11, 9, "still later")));
  }

  @Test
  void a_page_says_nothing_of_messages_that_are_not_in_it() {
    book.history(List.of(view(8), view(9)), 10);
    assertInstanceOf(Shown.Added.class, book.received(Frames.entry(5)));
    assertInstanceOf(Shown.Deleted.class, book.received(deletion(6, 5)));
    assertTrue(book.find(5).orElseThrow().hasDeleted());
  }

  @Test
  void paging_back_hides_no_change_that_is_still_to_come() {
    book.received(Frames.entry(8));
    book.history(List.of(view(3)), 12);
    assertInstanceOf(Shown.Edited.class, book.received(edit(11, 8, "now")));
    assertInstanceOf(Shown.Known.class, book.received(edit(12, 3, "in the page")));
  }

  @Test
  void an_older_page_takes_nothing_back() {
    book.received(Frames.entry(8));
    book.received(edit(9, 8, "now"));
    book.history(List.of(view(8)), 8);
    assertEquals("now", book.find(8).orElseThrow().getEntry().getMessage().getText().getText());
  }

  @Test
  void what_is_forgotten_is_changed_unseen() {
    for (long seq = 1; seq <= 4; seq++) {
      book.received(Frames.entry(seq));
    }
    assertInstanceOf(Shown.ChangedUnseen.class, book.received(deletion(5, 1)));
    assertInstanceOf(Shown.Deleted.class, book.received(deletion(6, 2)));
  }
}
