package chasqui.link;

import chasqui.discovery.NodeRecord;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Channels to nodes of which some may not be made: an address that names no host, a certificate that cannot be read just
/// then. Whoever follows a view goes through all its nodes, and one bad record must not cost the links to the others. So
/// a channel that cannot be made is given all the same: its calls fail as unavailable, and each tries to make it again.
///
/// Thread-safe. Never fails.
public final class GuardedChannels implements ChannelFactory {

  private static final Logger LOG = LoggerFactory.getLogger(GuardedChannels.class);

  private final ChannelFactory channels;

  /// @param channels may fail, with any unchecked exception
  public GuardedChannels(ChannelFactory channels) {
    this.channels = channels;
  }

  @Override
  public ManagedChannel open(NodeRecord node) {
    try {
      return channels.open(node);
    } catch (RuntimeException unusable) {
      LOG.warn("no channel to {} at {} can be made: {}", node.nodeId(), node.address(), unusable.toString());
      return new Later(node);
    }
  }

  /// A channel that has yet to be made.
  private final class Later extends ManagedChannel {
    private final NodeRecord node;
    // Both guarded by `this`.
    private ManagedChannel made;
    private boolean shutdown;

    Later(NodeRecord node) {
      this.node = node;
    }

    @Override
    public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
      try {
        return channel().newCall(method, options);
      } catch (RuntimeException unusable) {
        return new Failed<>(Status.UNAVAILABLE.withDescription("no channel can be made").withCause(unusable));
      }
    }

    private synchronized ManagedChannel channel() {
      if (made == null) {
        if (shutdown) {
          throw new IllegalStateException("the channel is shut down");
        }
        made = channels.open(node);
      }
      return made;
    }

    @Override
    public String authority() {
      return node.address();
    }

    @Override
    public synchronized void resetConnectBackoff() {
      if (made != null) {
        made.resetConnectBackoff();
      }
    }

    @Override
    public synchronized ManagedChannel shutdown() {
      shutdown = true;
      if (made != null) {
        made.shutdown();
      }
      return this;
    }

    @Override
    public synchronized ManagedChannel shutdownNow() {
      shutdown = true;
      if (made != null) {
        made.shutdownNow();
      }
      return this;
    }

    @Override
    public synchronized boolean isShutdown() {
      return shutdown;
    }

    @Override
    public synchronized boolean isTerminated() {
      return shutdown && (made == null || made.isTerminated());
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
      ManagedChannel ending;
      synchronized (this) {
        ending = made;
      }
      return ending == null ? isShutdown() : ending.awaitTermination(timeout, unit);
    }
  }

  /// A call that is over as soon as it is started.
  private static final class Failed<Q, A> extends ClientCall<Q, A> {
    private final Status why;

    Failed(Status why) {
      this.why = why;
    }

    @Override
    public void start(Listener<A> listener, Metadata headers) {
      listener.onClose(why, new Metadata());
    }

    @Override
    public void request(int messages) {}

    @Override
    public void cancel(String message, Throwable cause) {}

    @Override
    public void halfClose() {}

    @Override
    public void sendMessage(Q message) {}
  }
}
