package chasqui.node.vouch;

import chasqui.edge.SystemUser;
import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.Refusal;
import chasqui.router.v1.FromRouter;
import chasqui.router.v1.FromRouterItem;
import chasqui.router.v1.ToRouter;
import chasqui.router.v1.ToRouterItem;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Requests and typing are their callers'. Traces are operators': they tell of anybody's devices.
final class RouterRules implements LinkRules<ToRouter, ToRouterItem, FromRouter> {

  // In the metadata of a refusal.
  private static final String UNVOUCHED = "unvouched_user_id";
  private static final int RETRY_MILLIS = 200;

  @Override
  public String id() {
    return "router";
  }

  @Override
  public List<ToRouterItem> items(ToRouter frame) {
    return frame.getItemsList();
  }

  @Override
  public ToRouter frame(List<ToRouterItem> items) {
    return ToRouter.newBuilder().addAllItems(items).build();
  }

  @Override
  public ToRouterItem vouch(String token) {
    return ToRouterItem.newBuilder().setVouch(token).build();
  }

  @Override
  public String token(ToRouterItem item) {
    return item.getVouch();
  }

  @Override
  public String opener(ToRouterItem item) {
    return item.getHello().getNodeId();
  }

  @Override
  public Claim claim(ToRouterItem item) {
    return switch (item.getItemCase()) {
      case REQUEST -> claim(item.getRequest());
      case TYPING -> new Claim.User(item.getTyping().getUserId());
      case TRACE -> Claim.OPERATOR;
      // What is not here is looked up afresh, and brought to whom it belongs.
      case HELLO, NOT_HERE, TRACE_SEEN, VOUCH, ITEM_NOT_SET -> Claim.FREE;
    };
  }

  private static Claim claim(MailboxRequest request) {
    String userId = request.getCaller().getUserId();
    return request.hasTraceEntry() || SystemUser.is(userId) ? Claim.OPERATOR : new Claim.User(userId);
  }

  @Override
  public Optional<FromRouter> refusal(List<Refused<ToRouterItem>> refused) {
    FromRouter.Builder answers = FromRouter.newBuilder();
    for (Refused<ToRouterItem> one : refused) {
      if (one.item().hasRequest()) {
        answers.addItems(FromRouterItem.newBuilder().setResponse(MailboxResponse.newBuilder()
            .setRequestId(one.item().getRequest().getRequestId()).setRefusal(refusal(one))));
      }
    }
    return answers.getItemsCount() == 0 ? Optional.empty() : Optional.of(answers.build());
  }

  private static Refusal refusal(Refused<?> one) {
    Refusal.Builder refusal = Refusal.newBuilder();
    return switch (one.verdict()) {
      case UNVOUCHED, ADMITTED -> refusal.setReason(Reason.REASON_PERMISSION_DENIED)
          .setMessage("no good token of the caller is on this link").putMetadata(UNVOUCHED, one.userId()).build();
      case FULL -> refusal.setReason(Reason.REASON_OVERLOADED)
          .setMessage("as many users of this edge are vouched for as may be").setRetryAfterMs(RETRY_MILLIS).build();
      case NOT_SERVICES, WRONG_ROLE -> refusal.setReason(Reason.REASON_PERMISSION_DENIED)
          .setMessage("the edge's certificate does not name `" + Peer.SERVICES + "`: it may not ask for services and operators")
          .build();
    };
  }

  /// A token that was not taken is presented again with the next request; this one was certainly not done.
  @Override
  public FromRouter received(FromRouter frame, Consumer<String> unvouched) {
    FromRouter.Builder changed = null;
    for (int i = 0; i < frame.getItemsCount(); i++) {
      FromRouterItem item = frame.getItems(i);
      if (item.hasResponse() && item.getResponse().getRefusal().containsMetadata(UNVOUCHED)) {
        unvouched.accept(item.getResponse().getRefusal().getMetadataOrThrow(UNVOUCHED));
        changed = changed == null ? frame.toBuilder() : changed;
        changed.getItemsBuilder(i).getResponseBuilder().setRefusal(Refusal.newBuilder()
            .setReason(Reason.REASON_UNAVAILABLE).setRetryAfterMs(RETRY_MILLIS)
            .setMessage("the router does not take the user's token"));
      }
    }
    return changed == null ? frame : changed.build();
  }
}
