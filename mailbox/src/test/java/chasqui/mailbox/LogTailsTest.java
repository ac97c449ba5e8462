package chasqui.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.log.v1.Entry;
import chasqui.mailbox.v1.RangeRead;
import chasqui.mailbox.v1.ReadRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Hot conversations: what is read for many costs the store one read, and nobody is given what was changed since.
class LogTailsTest {

  private final Harness mailbox = new Harness();
  private final Harness plain = new Harness(keeping(0));

  private static MailboxConfig keeping(long bytes) {
    return MailboxConfig.DEFAULT.withReads(new MailboxConfig.Reads(500, 100_000, 8L << 20, 500, 100, 62, bytes));
  }

  private static int reads(Harness of) {
    return of.held.count("readLog");
  }

  private String talk(Harness in, int messages) {
    String conversation = in.direct();
    for (int i = 1; i <= messages; i++) {
      in.run(in.send("alice", conversation, i, "message " + i));
    }
    return conversation;
  }

  @Test
  void manyWhoAskForTheSameAtOnceCostOneRead() {
    String conversation = talk(mailbox, 20);
    mailbox.held.hold("readLog");
    List<Long> asks = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      asks.add(mailbox.run(mailbox.range(i % 2 == 0 ? "alice" : "bob", conversation, 5, 21)));
    }
    mailbox.held.release("readLog");
    mailbox.settle();
    for (long ask : asks) {
      assertEquals(16, mailbox.port.answer(ask).getRangeRead().getEntriesCount());
    }
    assertEquals(1, reads(mailbox));
    assertTrue(mailbox.stripe.isIdle());
  }

  @Test
  void whatIsNewestIsReadFromTheStoreOnceWhateverPartsOfItAreAskedFor() {
    String conversation = talk(mailbox, 50);
    mailbox.read("bob", conversation, 10, 51);
    int before = reads(mailbox);
    for (int after = 10; after < 51; after++) {
      assertEquals(51 - after, mailbox.read("bob", conversation, after, 51).getEntriesCount());
    }
    assertEquals(before, reads(mailbox));
    mailbox.read("bob", conversation, 2, 51);
    assertEquals(before + 1, reads(mailbox), "older than what is kept");
  }

  @Test
  void aNewEntryCostsOneReadForAllWhoAskAfterIt() {
    String conversation = talk(mailbox, 10);
    mailbox.read("bob", conversation, 0, 11);
    mailbox.run(mailbox.send("alice", conversation, 11, "news"));
    int before = reads(mailbox);
    for (int i = 0; i < 20; i++) {
      RangeRead read = mailbox.read("bob", conversation, i % 11, 12);
      assertEquals("news", read.getEntries(read.getEntriesCount() - 1).getMessage().getText().getText());
    }
    assertEquals(before + 1, reads(mailbox));
  }

  @Test
  void aDeletedMessageIsNotGivenFromWhatWasKept() {
    String conversation = talk(mailbox, 5);
    assertEquals("message 2", mailbox.read("bob", conversation, 2, 3).getEntries(0).getMessage().getText().getText());
    mailbox.read("bob", conversation, 0, 6);
    mailbox.run(mailbox.delete("alice", conversation, 3));
    Entry deleted = mailbox.read("bob", conversation, 2, 3).getEntries(0);
    assertEquals("", deleted.getMessage().getText().getText());
  }

  @Test
  void whatIsKeptIsBounded() {
    Harness tight = new Harness(keeping(20_000));
    List<String> conversations = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      String conversation = tight.port.appended(tight.run(tight.createDirect("alice", "peer" + i))).getConversationId();
      conversations.add(conversation);
      tight.run(tight.send("alice", conversation, i + 1, "x".repeat(9_000)));
      tight.read("alice", conversation, 0, 2);
    }
    int before = reads(tight);
    tight.read("alice", conversations.getLast(), 0, 2);
    assertEquals(before, reads(tight));
    tight.read("alice", conversations.getFirst(), 0, 2);
    assertEquals(before + 1, reads(tight), "what was unused longest made room");
  }

  @Test
  void everyRangeIsAsTheStoreWouldGiveIt() {
    Random random = new Random(7);
    String kept = talk(mailbox, 30);
    String unkept = talk(plain, 30);
    for (int step = 0; step < 400; step++) {
      if (random.nextInt(5) == 0) {
        change(mailbox, kept, step, new Random(step));
        change(plain, unkept, step, new Random(step));
      }
      ReadRange range = ReadRange.newBuilder()
          .setAfter(random.nextInt(40)).setUpto(random.nextInt(120)).setNewestFirst(random.nextBoolean())
          .setEntriesMax(1 + random.nextInt(30)).setBytesMax(100 + random.nextInt(4_000)).build();
      assertEquals(texts(plain, unkept, range), texts(mailbox, kept, range), "step " + step + ": " + range);
    }
    assertTrue(reads(mailbox) < reads(plain), reads(mailbox) + " of " + reads(plain));
  }

  private static void change(Harness in, String conversation, int step, Random random) {
    switch (random.nextInt(4)) {
      case 0 -> in.run(in.delete("alice", conversation, 2 + random.nextInt(30)));
      case 1 -> in.run(in.edit("alice", conversation, 2 + random.nextInt(30), "edited " + step));
      default -> in.run(in.send("alice", conversation, 1_000 + step, "more " + step));
    }
  }

  private static List<String> texts(Harness in, String conversation, ReadRange range) {
    long id = in.run(Harness.by("bob").setReadRange(range.toBuilder().setConversationId(conversation)));
    RangeRead read = in.port.answer(id).getRangeRead();
    List<String> texts = new ArrayList<>(List.of(read.getAfter() + ".." + read.getUpto()));
    read.getEntriesList().forEach(entry -> texts.add(entry.getSeq() + " " + entry.getBodyCase() + entry.getMessage().getText().getText()));
    return texts;
  }
}
