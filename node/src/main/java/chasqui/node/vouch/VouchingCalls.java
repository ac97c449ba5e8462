package chasqui.node.vouch;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import java.util.Optional;

/// On channels to nodes that prove their roles: tokens go ahead of what is asked in their users' names.
public final class VouchingCalls implements ClientInterceptor {

  private final Wallet wallet;

  public VouchingCalls(Wallet wallet) {
    this.wallet = wallet;
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    Optional<LinkRules<?, ?, ?>> rules = LinkRules.of(method.getServiceName());
    ClientCall<Q, R> call = next.newCall(method, options);
    return rules.isEmpty() ? call : new VouchingLink<>(call, typed(rules.get()), wallet);
  }

  /// A service has one kind of frame, and the rules of a service are for those.
  @SuppressWarnings("unchecked")
  private static <Q, R> LinkRules<Q, ?, R> typed(LinkRules<?, ?, ?> rules) {
    return (LinkRules<Q, ?, R>) rules;
  }
}
