package chasqui.node.vouch;

import chasqui.edge.TokenVerifier;
import chasqui.error.v1.Reason;
import chasqui.link.Allowance;
import chasqui.status.Statuses;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets through on one link what its edge may say and ask. Steps are serial: on the link's thread, or, where a
/// signature is to be verified, on another.
final class GuardedLink<Q, I, R> extends SimpleForwardingServerCallListener<Q> {

  private static final Logger LOG = LoggerFactory.getLogger(GuardedLink.class);
  // Bad tokens that are looked at, at once and each second: what an attacker may have us compute.
  private static final int BAD_AT_ONCE = 200;
  private static final double BAD_PER_MILLI = 0.1;

  /// What a link is guarded by.
  record Guard<Q, I, R>(
      LinkRules<Q, I, R> rules, Peer peer, TokenJudge judge, VouchedUsers users, Unvouched audit, Turns turns) {}

  private final Guard<Q, I, R> guard;
  private final GuardedCall<Q, R> call;
  private final InstantSource clock;
  private final Runnable over;
  private final Allowance bad;
  // It is ended: nothing of it counts any more.
  private boolean shut;

  /// @param over told once the link is over
  GuardedLink(
      ServerCall.Listener<Q> role, GuardedCall<Q, R> call, Guard<Q, I, R> guard, InstantSource clock, Runnable over) {
    super(role);
    this.call = call;
    this.guard = guard;
    this.clock = clock;
    this.over = over;
    this.bad = new Allowance(BAD_PER_MILLI, BAD_AT_ONCE, clock.millis());
  }

  @Override
  public void onMessage(Q frame) {
    guard.turns.take(() -> step(() -> check(frame)), takesLong(frame));
  }

  /// Whether there is a signature to verify: on a thread of sockets that would hold up other links.
  private boolean takesLong(Q frame) {
    for (I item : guard.rules.items(frame)) {
      String token = guard.rules.token(item);
      if (!token.isEmpty() && !guard.judge.remembers(token)) {
        return true;
      }
    }
    return false;
  }

  private void step(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException bug) {
      LOG.atError().setCause(bug).log("a link met a bug");
      shut = true;
      call.close(Status.INTERNAL.withDescription("the link met a bug of the server"), new Metadata());
    }
  }

  private void check(Q frame) {
    if (shut) {
      return;
    }
    long now = clock.millis();
    List<Standing> ended = guard.users.expire(now);
    List<Refused<I>> refused = List.of();
    List<I> items = guard.rules.items(frame);
    List<I> admitted = new ArrayList<>(ended.size());
    ended.forEach(session -> admitted.add(guard.rules.end(session)));
    for (int i = 0; i < items.size(); i++) {
      I item = items.get(i);
      Claim claim = guard.rules.claim(item);
      Verdict verdict = judge(item, claim, now);
      if (verdict == Verdict.ADMITTED) {
        continue;
      }
      guard.audit.refused(verdict, now);
      if (verdict == Verdict.WRONG_ROLE) {
        end();
        return;
      }
      refused = refused.isEmpty() ? new ArrayList<>() : refused;
      refused.add(new Refused<>(item, verdict, claim instanceof Claim.User user ? user.userId() : ""));
    }
    if (refused.isEmpty() && ended.isEmpty()) {
      super.onMessage(frame);
      return;
    }
    admitted.addAll(without(items, refused));
    super.onMessage(guard.rules.frame(admitted));
    answer(refused, ended);
  }

  private static <I> List<I> without(List<I> items, List<Refused<I>> refused) {
    List<I> left = new ArrayList<>(items.size());
    int next = 0;
    for (I item : items) {
      if (next < refused.size() && refused.get(next).item() == item) {
        next++;
      } else {
        left.add(item);
      }
    }
    return left;
  }

  private void answer(List<Refused<I>> refused, List<Standing> ended) {
    if (!refused.isEmpty()) {
      guard.rules.refusal(refused).ifPresent(call::answer);
    }
    if (!ended.isEmpty()) {
      guard.rules.ended(ended).ifPresent(call::answer);
    }
  }

  private Verdict judge(I item, Claim claim, long now) {
    Verdict verdict = switch (claim) {
      case Claim.Free _ -> free(item, now);
      case Claim.User user -> guard.users.holds(user.userId(), now) ? Verdict.ADMITTED : unvouched();
      case Claim.Somebody _ -> guard.users.holdsSomebody(now) || guard.peer.is(Peer.SERVICES) ? Verdict.ADMITTED : unvouched();
      case Claim.Operator _ -> guard.peer.is(Peer.SERVICES) ? Verdict.ADMITTED : Verdict.NOT_SERVICES;
      case Claim.NodeOf node -> guard.peer.is(node.role()) ? opened(item) : Verdict.WRONG_ROLE;
    };
    Standing session = verdict == Verdict.ADMITTED ? guard.rules.stands(item) : null;
    return session == null || guard.users.stands(session) ? verdict : Verdict.FULL;
  }

  private Verdict unvouched() {
    return guard.users.isFull() ? Verdict.FULL : Verdict.UNVOUCHED;
  }

  private Verdict free(I item, long now) {
    String token = guard.rules.token(item);
    Standing back = guard.rules.takesBack(item);
    if (!token.isEmpty()) {
      presented(token, now);
    } else if (back != null) {
      guard.users.takenBack(back);
    } else {
      opened(item);
    }
    return Verdict.ADMITTED;
  }

  private Verdict opened(I item) {
    String opener = guard.rules.opener(item);
    if (!opener.isEmpty()) {
      guard.audit.opener(opener);
    }
    return Verdict.ADMITTED;
  }

  private void presented(String token, long now) {
    if (!bad.isOpen(now)) {
      guard.audit.presented("limited");
      return;
    }
    Optional<TokenVerifier.Identity> identity = guard.judge.judge(token);
    if (identity.isEmpty()) {
      bad.charge(1, now);
      guard.audit.presented("refused");
    } else {
      boolean taken = guard.users.vouch(identity.get().user(), identity.get().expiresSeconds());
      guard.audit.presented(taken ? "taken" : "full");
    }
  }

  private void end() {
    shut = true;
    StatusRuntimeException why = Statuses.of(Reason.REASON_PERMISSION_DENIED, "the certificate does not prove what the opener says");
    call.close(why.getStatus(), why.getTrailers());
  }

  @Override
  public void onHalfClose() {
    guard.turns.take(() -> step(super::onHalfClose), false);
  }

  @Override
  public void onCancel() {
    guard.turns.take(() -> step(() -> finish(super::onCancel)), false);
  }

  @Override
  public void onComplete() {
    guard.turns.take(() -> step(() -> finish(super::onComplete)), false);
  }

  private void finish(Runnable role) {
    guard.audit.tell();
    over.run();
    role.run();
  }
}
