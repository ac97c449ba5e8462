package chasqui.mailbox;

import chasqui.log.v1.ConversationKind;
import chasqui.log.v1.Entry;
import chasqui.log.v1.Member;
import chasqui.mailbox.Decision.Accepted;
import chasqui.mailbox.PendingEntry.After;
import chasqui.mailbox.PendingEntry.Effects;
import chasqui.mailbox.store.UserStore.Span;
import chasqui.store.v1.MembershipRow;
import java.util.ArrayList;
import java.util.List;

/// Moves the tip of a conversation by one entry: the one place where a `seq` and a stamp are given.
final class Tip {

  private Tip() {}

  static PendingEntry advance(
      ConversationState state, Ask ask, Accepted accepted, Counter counter, long nowMicros) {
    long seq = state.tipHead + 1;
    long stamp = Math.max(nowMicros, state.tipStampMicros + 1);
    Entry entry = accepted.entry()
        .setSeq(seq)
        .setStampMicros(stamp)
        .setSenderUser(ask.caller().getUserId())
        .setSenderDevice(ask.caller().getDeviceId())
        .setClientMessageId(ask.append().getClientMessageId())
        .build();
    RosterChange change = accepted.roster();
    Tally tally = entry.hasMessage() ? Tally.of(state.roster, entry) : null;
    List<MembershipRow> rows = change != null ? change.apply(state.roster, seq, state.tipMessages)
        : tally != null ? tally.rows() : List.of();
    int day = BatchBuilder.dayOf(stamp);
    int today = BatchBuilder.dayOf(nowMicros);
    // Beyond tomorrow nobody looks for marks; a clock was far ahead once.
    int markedDay = day > today + 1 ? today : day;
    List<String> marked = marked(state, change, markedDay);
    // Whoever was a member at the entry before has its period's lasting mark by then.
    boolean lasting = change instanceof RosterChange.Joined || markedDay != day
        || !Span.periodOf(day).equals(Span.periodOf(BatchBuilder.dayOf(state.tipStampMicros)));
    state.tipHead = seq;
    state.tipStampMicros = stamp;
    state.tipMessages += tally == null ? 0 : 1;
    if (change != null) {
      state.tipRosterSeq = seq;
    }
    if (accepted.title() != null) {
      state.tipTitle = accepted.title();
    }
    if (accepted.pins() != null) {
      state.tipPins = accepted.pins();
    }
    if (entry.hasCreated()) {
      state.kind = entry.getCreated().getKind();
      Invariants.check(seq == 1 && state.kind != ConversationKind.CONVERSATION_KIND_UNSPECIFIED, "a creation is the first entry");
    }
    return new PendingEntry(
        ask, entry, counter, new Effects(change, tally, rows, marked, markedDay, lasting, accepted.emptied()),
        new After(state.tipTitle, state.tipRosterSeq, state.tipPins, state.tipMessages));
  }

  // Every member once a day, and on the same day those who join later. Whoever leaves by the entry still has to learn of
  // it, so the day's first entry marks the leaver too.
  private static List<String> marked(ConversationState state, RosterChange change, int day) {
    if (day != state.markedDay) {
      state.markedDay = day;
      List<String> users = state.roster.openUsers();
      if (change instanceof RosterChange.Left left) {
        users.add(left.membership().userId);
      }
      return users;
    }
    if (change instanceof RosterChange.Joined joined) {
      List<String> users = new ArrayList<>(joined.members().size());
      for (Member member : joined.members()) {
        users.add(member.getUserId());
      }
      return users;
    }
    return List.of();
  }
}
