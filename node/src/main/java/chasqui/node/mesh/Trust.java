package chasqui.node.mesh;

import chasqui.discovery.Role;
import chasqui.edge.TokenVerifier;
import chasqui.edge.auth.AuthConfig;
import chasqui.edge.auth.JwtTokenVerifier;
import chasqui.edge.auth.KeySource;
import chasqui.node.Lifecycle;
import chasqui.node.Platform;
import chasqui.node.StartException;
import chasqui.node.config.ClusterConfig;
import chasqui.node.config.EffectiveConfig;
import chasqui.node.config.InternalConfig;
import chasqui.node.config.NodeConfig;
import chasqui.node.config.ServicesConfig;
import chasqui.node.transport.Vouching;
import chasqui.node.vouch.VouchCheck;
import chasqui.node.vouch.VouchingCalls;
import chasqui.node.vouch.Wallet;
import java.util.Optional;

/// Whose tokens this process believes, and how users are vouched for between it and other nodes.
///
/// @param tokens finds tokens good or not; none where this process has nobody to ask for one
public record Trust(Optional<TokenVerifier> tokens, Vouching vouching) {

  /// Whether a process checks tokens: an edge those of its clients; routers and registries, where nodes prove their roles,
  /// those that edges vouch with.
  public static boolean needsKeys(EffectiveConfig config) {
    return config.get(NodeConfig.class).has(Role.EDGE) || checksEdges(config);
  }

  /// Whether edges of other processes vouch for their users here.
  public static boolean checksEdges(EffectiveConfig config) {
    NodeConfig node = config.get(NodeConfig.class);
    return vouches(config) && (node.has(Role.ROUTER) || node.has(Role.REGISTRY));
  }

  /// Refuses to check edges by a key that nobody else has: a router or registry has no users of its own.
  ///
  /// @throws StartException if the keys of the edges are not set
  public static void check(EffectiveConfig config) {
    boolean edge = config.get(NodeConfig.class).has(Role.EDGE);
    if (!edge && checksEdges(config) && config.get(AuthConfig.class).jwks().isEmpty()) {
      throw new StartException("auth.jwks is not set: where nodes prove their roles (internal.certificate), routers and"
          + " registries check the tokens of users for whom edges vouch; set it, and auth.audience and auth.issuer, as at"
          + " the edges");
    }
  }

  private static boolean vouches(EffectiveConfig config) {
    return config.get(ClusterConfig.class).enabled() && config.get(InternalConfig.class).secured();
  }

  /// @param keys there where they are needed
  static Trust of(EffectiveConfig config, Platform platform, Optional<KeySource> keys, Lifecycle lifecycle) {
    if (!needsKeys(config)) {
      return new Trust(Optional.empty(), Vouching.NONE);
    }
    TokenVerifier tokens =
        new JwtTokenVerifier(keys.orElseThrow(), config.get(AuthConfig.class), platform.clock(), platform.meter());
    Optional<VouchCheck> check = Optional.empty();
    if (checksEdges(config)) {
      VouchCheck guard = new VouchCheck(tokens, platform.clock(), platform.meter());
      lifecycle.started("vouched users", guard::close);
      check = Optional.of(guard);
    }
    if (!vouches(config) || !config.get(NodeConfig.class).has(Role.EDGE)) {
      return new Trust(Optional.of(tokens), new Vouching(check, Optional.empty(), false));
    }
    Wallet wallet = new Wallet(tokens, platform.clock(), platform.meter());
    lifecycle.started("users' tokens", wallet::close);
    boolean services = config.get(ServicesConfig.class).enabled();
    return new Trust(Optional.of(wallet), new Vouching(check, Optional.of(new VouchingCalls(wallet)), services));
  }
}
