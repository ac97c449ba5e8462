package chasqui.discovery;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/// Finds nodes by role for gRPC: `chasqui:///router` is whoever is a ready router in the membership's view, now and as it
/// changes. For calls that any node of a role can answer; who needs the owner of a slot keeps links.
///
/// ```
/// NameResolverRegistry.getDefaultRegistry().register(new NodeResolver(membership));
/// Grpc.newChannelBuilder("chasqui:///router", credentials).defaultLoadBalancingPolicy("round_robin").build();
/// ```
///
/// Nodes must be reached over TCP: addresses are `host:port`. Names are looked up on gRPC's own threads for that.
public final class NodeResolver extends NameResolverProvider {

  public static final String SCHEME = "chasqui";

  private final Membership membership;

  public NodeResolver(Membership membership) {
    this.membership = membership;
  }

  @Override
  public NameResolver newNameResolver(URI target, NameResolver.Args args) {
    if (!SCHEME.equals(target.getScheme())) {
      return null;
    }
    String wanted = target.getPath() == null ? "" : target.getPath().replaceFirst("^/", "");
    Optional<Role> role =
        Stream.of(Role.values()).filter(known -> known.name().toLowerCase(Locale.ROOT).equals(wanted)).findFirst();
    return new ByRole(role.orElseThrow(() -> new IllegalArgumentException("no role is called '" + wanted + "'")), args);
  }

  @Override
  public String getDefaultScheme() {
    return SCHEME;
  }

  @Override
  public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
    return Set.of(InetSocketAddress.class);
  }

  @Override
  protected boolean isAvailable() {
    return true;
  }

  @Override
  protected int priority() {
    return 5;
  }

  private final class ByRole extends NameResolver {
    private final Role role;
    private final SynchronizationContext context;
    private final Executor offload;
    private Membership.Subscription subscription;
    private Listener2 listener;
    // Of the last view that was told; guarded by the context.
    private long told = -1;

    ByRole(Role role, Args args) {
      this.role = role;
      this.context = args.getSynchronizationContext();
      this.offload = args.getOffloadExecutor();
    }

    @Override
    public String getServiceAuthority() {
      return role.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void start(Listener2 to) {
      listener = to;
      subscription = membership.subscribe(this::changed);
    }

    /// Asked for when connections fail: names may lead elsewhere by now.
    @Override
    public void refresh() {
      changed(membership.view());
    }

    @Override
    public void shutdown() {
      if (subscription != null) {
        subscription.close();
      }
    }

    private void changed(MembershipView view) {
      offload.execute(() -> {
        StatusOr<List<EquivalentAddressGroup>> found = addresses(view);
        context.execute(() -> {
          if (view.version() >= told) {
            told = view.version();
            listener.onResult2(ResolutionResult.newBuilder().setAddressesOrError(found).build());
          }
        });
      });
    }

    private StatusOr<List<EquivalentAddressGroup>> addresses(MembershipView view) {
      List<EquivalentAddressGroup> found = new ArrayList<>();
      for (NodeRecord node : view.ready(role)) {
        address(node.address()).ifPresent(address -> found.add(new EquivalentAddressGroup(address)));
      }
      return found.isEmpty()
          ? StatusOr.fromStatus(Status.UNAVAILABLE.withDescription("no " + getServiceAuthority() + " is ready"))
          : StatusOr.fromValue(found);
    }

    private Optional<SocketAddress> address(String hostAndPort) {
      URI parts = URI.create("//" + hostAndPort);
      try {
        return parts.getPort() < 0
            ? Optional.empty()
            : Optional.of(new InetSocketAddress(InetAddress.getByName(parts.getHost()), parts.getPort()));
      } catch (UnknownHostException notNow) {
        return Optional.empty();
      }
    }
  }
}
