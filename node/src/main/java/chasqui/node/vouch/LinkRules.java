package chasqui.node.vouch;

import chasqui.presence.v1.PresenceLinkServiceGrpc;
import chasqui.registry.v1.RegistryLinkServiceGrpc;
import chasqui.router.v1.RouterLinkServiceGrpc;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// What the items of one kind of link claim, and how they are answered where they are refused. Without state.
///
/// @param <Q> a frame of the edge
/// @param <I> an item of it
/// @param <R> a frame of the other end
sealed interface LinkRules<Q, I, R> permits RouterRules, RegistryRules, PresenceRules {

  Map<String, LinkRules<?, ?, ?>> BY_SERVICE = Map.of(
      RouterLinkServiceGrpc.SERVICE_NAME, new RouterRules(),
      RegistryLinkServiceGrpc.SERVICE_NAME, new RegistryRules(),
      PresenceLinkServiceGrpc.SERVICE_NAME, new PresenceRules());

  /// The rules for a service; empty where nobody vouches for anybody.
  static Optional<LinkRules<?, ?, ?>> of(String service) {
    return Optional.ofNullable(BY_SERVICE.get(service));
  }

  /// In metrics and logs.
  String id();

  List<I> items(Q frame);

  Q frame(List<I> items);

  /// The item that presents a token.
  I vouch(String token);

  /// The token that an item presents; empty where it presents none.
  String token(I item);

  /// The node id that an item brings; empty where it brings none. Whatever the opener wrote there.
  String opener(I item);

  Claim claim(I item);

  /// What an item leaves standing; null where nothing.
  default Standing stands(I item) {
    return null;
  }

  /// What an item takes back; null where nothing.
  default Standing takesBack(I item) {
    return null;
  }

  /// The item that takes back what stands.
  default I end(Standing session) {
    throw new IllegalStateException("nothing stands on this link: " + session);
  }

  /// The answers to refused items; empty where none of them is answered.
  Optional<R> refusal(List<Refused<I>> refused);

  /// Tells the edge that sessions ended with their users' tokens; empty where it need not hear of it.
  default Optional<R> ended(List<Standing> ended) {
    return Optional.empty();
  }

  /// For the edge's end: the frame as its role is to see it.
  ///
  /// @param unvouched told of each user whose token is wanted again
  R received(R frame, Consumer<String> unvouched);
}
