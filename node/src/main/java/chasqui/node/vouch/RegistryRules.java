package chasqui.node.vouch;

import chasqui.error.v1.Reason;
import chasqui.registry.v1.Announced;
import chasqui.registry.v1.EndSession;
import chasqui.registry.v1.FromRegistry;
import chasqui.registry.v1.FromRegistryItem;
import chasqui.registry.v1.LinkHello;
import chasqui.registry.v1.ToRegistry;
import chasqui.registry.v1.ToRegistryItem;
import chasqui.registry.v1.Withdraw;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Sessions are their users'. Who says that it is a router, to whom any user's sessions are told, has to be one.
final class RegistryRules implements LinkRules<ToRegistry, ToRegistryItem, FromRegistry> {

  @Override
  public String id() {
    return "registry";
  }

  @Override
  public List<ToRegistryItem> items(ToRegistry frame) {
    return frame.getItemsList();
  }

  @Override
  public ToRegistry frame(List<ToRegistryItem> items) {
    return ToRegistry.newBuilder().addAllItems(items).build();
  }

  @Override
  public ToRegistryItem vouch(String token) {
    return ToRegistryItem.newBuilder().setVouch(token).build();
  }

  @Override
  public String token(ToRegistryItem item) {
    return item.getVouch();
  }

  @Override
  public String opener(ToRegistryItem item) {
    return item.getHello().getNodeId();
  }

  @Override
  public Claim claim(ToRegistryItem item) {
    return switch (item.getItemCase()) {
      case HELLO -> claim(item.getHello());
      case ANNOUNCE -> new Claim.User(item.getAnnounce().getUserId());
      // A router's are taken from who said hello as one.
      case WITHDRAW, LOOKUP, NOTICE_TAKEN, REVOCATION_STORED, VISIBILITY_STORED, VOUCH, ITEM_NOT_SET -> Claim.FREE;
    };
  }

  private static Claim claim(LinkHello hello) {
    return switch (hello.getOpener()) {
      case OPENER_EDGE -> new Claim.NodeOf("edge");
      case OPENER_ROUTER -> new Claim.NodeOf("router");
      // The registry ends the link.
      case OPENER_UNSPECIFIED, UNRECOGNIZED -> Claim.FREE;
    };
  }

  @Override
  public Standing stands(ToRegistryItem item) {
    return item.hasAnnounce() ? new Standing(item.getAnnounce().getUserId(), item.getAnnounce().getSessionId()) : null;
  }

  @Override
  public Standing takesBack(ToRegistryItem item) {
    return item.hasWithdraw() ? new Standing(item.getWithdraw().getUserId(), item.getWithdraw().getSessionId()) : null;
  }

  @Override
  public ToRegistryItem end(Standing session) {
    return ToRegistryItem.newBuilder().setWithdraw(
        Withdraw.newBuilder().setUserId(session.userId()).setSessionId(session.sessionId())).build();
  }

  @Override
  public Optional<FromRegistry> refusal(List<Refused<ToRegistryItem>> refused) {
    FromRegistry.Builder answers = FromRegistry.newBuilder();
    for (Refused<ToRegistryItem> one : refused) {
      if (one.item().hasAnnounce()) {
        boolean full = one.verdict() == Verdict.FULL;
        answers.addItems(FromRegistryItem.newBuilder().setAnnounced(Announced.newBuilder()
            .setRequestId(one.item().getAnnounce().getRequestId())
            .setRefused(full ? Reason.REASON_OVERLOADED : Reason.REASON_PERMISSION_DENIED)
            .setUnvouchedUserId(full ? "" : one.userId())));
      }
    }
    return answers.getItemsCount() == 0 ? Optional.empty() : Optional.of(answers.build());
  }

  @Override
  public Optional<FromRegistry> ended(List<Standing> ended) {
    FromRegistry.Builder ends = FromRegistry.newBuilder();
    ended.forEach(session -> ends.addItems(FromRegistryItem.newBuilder().setEndSession(
        EndSession.newBuilder().setSessionId(session.sessionId()).setReason(Reason.REASON_TOKEN_EXPIRED))));
    return Optional.of(ends.build());
  }

  @Override
  public FromRegistry received(FromRegistry frame, Consumer<String> unvouched) {
    for (FromRegistryItem item : frame.getItemsList()) {
      if (item.hasAnnounced() && !item.getAnnounced().getUnvouchedUserId().isEmpty()) {
        unvouched.accept(item.getAnnounced().getUnvouchedUserId());
      }
    }
    return frame;
  }
}
