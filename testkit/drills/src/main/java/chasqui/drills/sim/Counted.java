package chasqui.drills.sim;

import chasqui.drills.sim.store.ConversationTable;
import chasqui.drills.sim.store.StoreTables;
import chasqui.log.v1.Entry;
import chasqui.mailbox.store.WatermarkStore.Read;
import chasqui.store.v1.MembershipRow;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Holds what is stored as counts against a look through the whole log: messages of the conversation, of each membership,
/// and those that are read.
final class Counted {

  private Counted() {}

  static void audit(StoreTables stored, Consumer<String> complaint) {
    stored.conversations().forEach((id, table) -> {
      expect("messages of " + id, table.row().getMessageCount(), messages(table, 1, Long.MAX_VALUE, one -> true), complaint);
      table.memberships().forEach(row -> audit("of " + row.getUserId() + " in " + id, table, row, complaint));
    });
    stored.watermarks().forEach((key, watermark) -> {
      ConversationTable table = stored.conversations().get(key.conversationId());
      String what = "of " + key.userId() + " in " + key.conversationId();
      Read read = watermark.read();
      if (table == null || Math.max(watermark.delivered().seq(), read.seq()) > table.row().getHead()) {
        complaint.accept("the watermark " + watermark + " " + what + " lies beyond the head");
      } else if (read.seq() > 0) {
        expect("messages read " + what, read.messages(),
            messages(table, read.joinSeq(), read.seq(), others(key.userId())), complaint);
        expect("mentions read " + what, read.mentions(),
            messages(table, read.joinSeq(), read.seq(), mentions(key.userId())), complaint);
      }
    });
  }

  private static void audit(String what, ConversationTable table, MembershipRow row, Consumer<String> complaint) {
    long end = row.getLeaveSeq() == 0 ? Long.MAX_VALUE : row.getLeaveSeq();
    String user = row.getUserId();
    expect("messages before the join " + what, row.getMessagesBefore(),
        messages(table, 1, row.getJoinSeq(), one -> true), complaint);
    if (row.getLeaveSeq() != 0) {
      expect("messages at the leave " + what, row.getMessagesAtLeave(), messages(table, 1, end, one -> true), complaint);
    }
    expect("messages sent " + what, row.getSentCount(),
        messages(table, row.getJoinSeq(), end, one -> one.getSenderUser().equals(user)), complaint);
    expect("mentions " + what, row.getMentionCount(), messages(table, row.getJoinSeq(), end, mentions(user)), complaint);
  }

  private static Predicate<Entry> others(String user) {
    return entry -> !entry.getSenderUser().equals(user);
  }

  private static Predicate<Entry> mentions(String user) {
    return others(user).and(entry -> entry.getMessage().getMentionedUsersList().contains(user));
  }

  private static long messages(ConversationTable table, long from, long upto, Predicate<Entry> which) {
    List<Entry> found = table.log().stream()
        .filter(entry -> entry.hasMessage() && entry.getSeq() >= from && entry.getSeq() <= upto)
        .filter(which).toList();
    return found.size();
  }

  private static void expect(String what, long stored, long counted, Consumer<String> complaint) {
    if (stored != counted) {
      complaint.accept(what + " are " + counted + ", stored is " + stored);
    }
  }
}
