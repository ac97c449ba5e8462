package chasqui.node.vouch;

import chasqui.edge.TokenVerifier;
import chasqui.error.v1.Reason;
import chasqui.link.QueueGauge;
import chasqui.status.Statuses;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.opentelemetry.api.metrics.Meter;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Guards the links of edges: in a user's name an edge asks only while that user's own token is on the link. Behind whoever
/// proves the roles of the caller and says so in {@link #PEER}; without that, nobody is let in.
public final class VouchCheck implements ServerInterceptor, AutoCloseable {

  /// Who calls, as proven.
  public static final Context.Key<Peer> PEER = Context.key("peer");

  private final TokenJudge judge;
  private final InstantSource clock;
  private final Unvouched.Counters counters;
  private final int usersMax;
  private final ExecutorService verifying;
  private final Set<VouchedUsers> links = ConcurrentHashMap.newKeySet();
  private final QueueGauge gauge;

  /// @param tokens with the keys and rules of the edges
  public VouchCheck(TokenVerifier tokens, InstantSource clock, Meter meter) {
    this(tokens, clock, meter, VouchedUsers.USERS_MAX, Executors.newFixedThreadPool(
        Math.max(1, Runtime.getRuntime().availableProcessors() / 2), Thread.ofPlatform().daemon().name("vouched-", 0).factory()));
  }

  /// @param verifying where signatures are verified; its own from then on
  VouchCheck(TokenVerifier tokens, InstantSource clock, Meter meter, int usersMax, ExecutorService verifying) {
    this.usersMax = usersMax;
    this.verifying = verifying;
    this.judge = new TokenJudge(tokens, clock);
    this.clock = clock;
    this.counters = Unvouched.Counters.of(meter);
    this.gauge = new QueueGauge(meter, "internal.vouched", this::most, usersMax);
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Optional<LinkRules<?, ?, ?>> rules = LinkRules.of(call.getMethodDescriptor().getServiceName());
    if (rules.isEmpty()) {
      return next.startCall(call, headers);
    }
    Peer peer = PEER.get();
    if (peer == null) {
      StatusRuntimeException refused = Statuses.of(Reason.REASON_UNAUTHENTICATED, "the caller has proven nothing");
      call.close(refused.getStatus(), refused.getTrailers());
      return new ServerCall.Listener<>() {};
    }
    return guarded(typed(rules.get()), peer, call, headers, next);
  }

  /// A service has one kind of frame, and the rules of a service are for those.
  @SuppressWarnings("unchecked")
  private static <Q, R> LinkRules<Q, ?, R> typed(LinkRules<?, ?, ?> rules) {
    return (LinkRules<Q, ?, R>) rules;
  }

  private <Q, I, R> ServerCall.Listener<Q> guarded(
      LinkRules<Q, I, R> rules, Peer peer, ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    GuardedCall<Q, R> guarded = new GuardedCall<>(call);
    VouchedUsers users = new VouchedUsers(usersMax);
    links.add(users);
    var guard = new GuardedLink.Guard<>(rules, peer, judge, users, new Unvouched(counters, rules.id(), peer), new Turns(verifying));
    return new GuardedLink<>(next.startCall(guarded, headers), guarded, guard, clock, () -> links.remove(users));
  }

  private int most() {
    return links.stream().mapToInt(VouchedUsers::size).max().orElse(0);
  }

  @Override
  public void close() {
    gauge.close();
    verifying.shutdownNow();
  }
}
