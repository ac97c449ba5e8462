package chasqui.edge.session;

import chasqui.mailbox.v1.DeriveConversationId;
import chasqui.mailbox.v1.DescribeConversation;
import chasqui.mailbox.v1.DescribePresence;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.PresenceDescription;
import chasqui.people.v1.PresenceVisibility;

/// What owners are asked before a user is told of another, by streams and unary calls alike.
///
/// A user is told of to those who share a 1:1 conversation with them, and to nobody else: the id of that conversation is
/// derived, and its owner asked in the name of whoever wants to know. How much is told, {@link Shown} decides by what both
/// have chosen. Of all others nothing is told, as of one who does not exist.
public final class PresenceCheck {

  /// The way to owners, in the name of the user who wants to know.
  public interface Owners {
    /// @return false where nothing can be asked now; then no answer comes
    boolean ask(MailboxRequest.Builder request, RouterPort.Answer answer);
  }

  /// Whether somebody may be seen at all.
  public enum Verdict {
    MAY_SEE,
    MAY_NOT,
    /// It could not be found out now.
    LATER
  }

  /// Takes a verdict, exactly once; perhaps at once.
  public interface Judged {
    void judged(Verdict verdict, long nowMillis);
  }

  /// Takes what is stored of a user, exactly once; perhaps at once.
  public interface Described {
    /// @param description null where it could not be read now
    void described(PresenceDescription description, long nowMillis);
  }

  private static final PresenceDescription NOTHING_SHOWN = PresenceDescription.newBuilder()
      .setVisibility(PresenceVisibility.PRESENCE_VISIBILITY_HIDDEN).build();

  private final Owners owners;

  public PresenceCheck(Owners owners) {
    this.owners = owners;
  }

  /// Whether a user may be seen at all.
  public void judge(String userId, long nowMillis, Judged then) {
    boolean taken = owners.ask(
        MailboxRequest.newBuilder().setDeriveConversationId(DeriveConversationId.newBuilder().setPeerUserId(userId)),
        (response, now) -> {
          if (response.hasConversationIdDerived()) {
            converse(response.getConversationIdDerived().getConversationId(), now, then);
          } else {
            then.judged(refused(response), now);
          }
        });
    if (!taken) {
      then.judged(Verdict.LATER, nowMillis);
    }
  }

  private void converse(String conversationId, long nowMillis, Judged then) {
    boolean taken = owners.ask(
        MailboxRequest.newBuilder().setDescribeConversation(
            DescribeConversation.newBuilder().setConversationId(conversationId)),
        (response, now) -> then.judged(response.hasConversation() ? Verdict.MAY_SEE : refused(response), now));
    if (!taken) {
      then.judged(Verdict.LATER, nowMillis);
    }
  }

  /// What is stored of a user, whoever wants to know: for users who may be seen, and for one's own choice.
  public void describe(String userId, long nowMillis, Described then) {
    boolean taken = owners.ask(
        MailboxRequest.newBuilder().setDescribePresence(DescribePresence.newBuilder().setUserId(userId)),
        (response, now) -> {
          if (response.hasPresenceDescription()) {
            then.described(response.getPresenceDescription(), now);
          } else {
            then.described(refused(response) == Verdict.LATER ? null : NOTHING_SHOWN, now);
          }
        });
    if (!taken) {
      then.described(null, nowMillis);
    }
  }

  private static Verdict refused(MailboxResponse response) {
    return Refusals.isRefused(response) && Refusals.isPassing(response) ? Verdict.LATER : Verdict.MAY_NOT;
  }
}
