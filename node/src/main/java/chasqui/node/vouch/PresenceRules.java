package chasqui.node.vouch;

import chasqui.presence.v1.FromPresence;
import chasqui.presence.v1.FromPresenceItem;
import chasqui.presence.v1.Left;
import chasqui.presence.v1.Seen;
import chasqui.presence.v1.ToPresence;
import chasqui.presence.v1.ToPresenceItem;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// That a user is here is said by who holds them. Others are watched for somebody: a watch is shared by all sessions of an
/// edge that wish it, and names none of them.
final class PresenceRules implements LinkRules<ToPresence, ToPresenceItem, FromPresence> {

  @Override
  public String id() {
    return "presence";
  }

  @Override
  public List<ToPresenceItem> items(ToPresence frame) {
    return frame.getItemsList();
  }

  @Override
  public ToPresence frame(List<ToPresenceItem> items) {
    return ToPresence.newBuilder().addAllItems(items).build();
  }

  @Override
  public ToPresenceItem vouch(String token) {
    return ToPresenceItem.newBuilder().setVouch(token).build();
  }

  @Override
  public String token(ToPresenceItem item) {
    return item.getVouch();
  }

  @Override
  public String opener(ToPresenceItem item) {
    return item.getHello().getNodeId();
  }

  @Override
  public Claim claim(ToPresenceItem item) {
    return switch (item.getItemCase()) {
      case HERE -> new Claim.User(item.getHere().getUserId());
      case WATCH, LOOK -> Claim.SOMEBODY;
      case HELLO, LEFT, UNWATCH, VOUCH, ITEM_NOT_SET -> Claim.FREE;
    };
  }

  @Override
  public Standing stands(ToPresenceItem item) {
    return item.hasHere() ? new Standing(item.getHere().getUserId(), item.getHere().getSessionId()) : null;
  }

  @Override
  public Standing takesBack(ToPresenceItem item) {
    return item.hasLeft() ? new Standing(item.getLeft().getUserId(), item.getLeft().getSessionId()) : null;
  }

  @Override
  public ToPresenceItem end(Standing session) {
    return ToPresenceItem.newBuilder().setLeft(
        Left.newBuilder().setUserId(session.userId()).setSessionId(session.sessionId())).build();
  }

  /// A look is answered with "not known"; the rest has no answers.
  @Override
  public Optional<FromPresence> refusal(List<Refused<ToPresenceItem>> refused) {
    FromPresence.Builder answers = FromPresence.newBuilder();
    for (Refused<ToPresenceItem> one : refused) {
      if (one.item().hasLook()) {
        answers.addItems(FromPresenceItem.newBuilder().setSeen(Seen.newBuilder().setRequestId(one.item().getLook().getRequestId())));
      }
    }
    return answers.getItemsCount() == 0 ? Optional.empty() : Optional.of(answers.build());
  }

  @Override
  public FromPresence received(FromPresence frame, Consumer<String> unvouched) {
    return frame;
  }
}
