package chasqui.node.vouch;

import io.grpc.ClientCall;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Presents tokens on one link: each user's before the first item in that user's name, and a renewed one with the next
/// frame, of which there is one every second or so. Frames are sent one at a time; answers may come meanwhile.
final class VouchingLink<Q, I, R> extends SimpleForwardingClientCall<Q, R> implements Wallet.Presenter {

  // Renewed tokens that go with one frame: at most a megabyte.
  private static final int RENEWED_PER_FRAME = 256;
  private static final long SWEEP_MILLIS = Duration.ofMinutes(1).toMillis();

  private final LinkRules<Q, I, R> rules;
  private final Wallet wallet;
  // Whose token the other end has. Bounded by what the wallet holds, once swept.
  private final Map<String, Wallet.Held> shown = new ConcurrentHashMap<>();
  private final Queue<String> renewed = new ConcurrentLinkedQueue<>();
  // Of whoever it is for whom others are watched.
  private volatile Wallet.Held somebody;
  private long sweptMillis;

  VouchingLink(ClientCall<Q, R> call, LinkRules<Q, I, R> rules, Wallet wallet) {
    super(call);
    this.rules = rules;
    this.wallet = wallet;
    this.sweptMillis = wallet.nowMillis();
  }

  @Override
  public void start(Listener<R> listener, Metadata headers) {
    wallet.add(this);
    super.start(new SimpleForwardingClientCallListener<>(listener) {
      @Override
      public void onMessage(R frame) {
        super.onMessage(rules.received(frame, shown::remove));
      }

      @Override
      public void onClose(Status status, Metadata trailers) {
        wallet.remove(VouchingLink.this);
        super.onClose(status, trailers);
      }
    }, headers);
  }

  @Override
  public void renewed(String userId) {
    if (shown.containsKey(userId)) {
      renewed.add(userId);
    }
  }

  @Override
  public void sendMessage(Q frame) {
    long now = wallet.nowMillis();
    sweep(now);
    List<I> items = rules.items(frame);
    List<I> out = null;
    for (int i = 0; i < items.size(); i++) {
      Wallet.Held toShow = toShow(rules.claim(items.get(i)), now);
      if (toShow != null) {
        out = out == null ? new ArrayList<>(items.subList(0, i)) : out;
        out.add(rules.vouch(toShow.token()));
      }
      if (out != null) {
        out.add(items.get(i));
      }
    }
    if (!renewed.isEmpty()) {
      out = out == null ? new ArrayList<>(items) : out;
      addRenewed(out, now);
    }
    super.sendMessage(out == null ? frame : rules.frame(out));
  }

  /// The token that has to go ahead; null where none has to, or none is held.
  private Wallet.Held toShow(Claim claim, long now) {
    return switch (claim) {
      case Claim.User user -> ofUser(user.userId(), now);
      case Claim.Somebody _ -> ofSomebody(now);
      case Claim.Free _, Claim.Operator _, Claim.NodeOf _ -> null;
    };
  }

  private Wallet.Held ofUser(String userId, long now) {
    Wallet.Held held = wallet.of(userId, now);
    return held == null || shown.put(userId, held) == held ? null : held;
  }

  private Wallet.Held ofSomebody(long now) {
    Wallet.Held known = somebody;
    if (known != null && known.isGood(now)) {
      return null;
    }
    somebody = wallet.anybody(now).orElse(null);
    return somebody;
  }

  /// After the frame's own: whoever renews has said hello long ago.
  private void addRenewed(List<I> out, long now) {
    String userId;
    for (int i = 0; i < RENEWED_PER_FRAME && (userId = renewed.poll()) != null; i++) {
      Wallet.Held held = ofUser(userId, now);
      if (held != null) {
        out.add(rules.vouch(held.token()));
      }
    }
  }

  private void sweep(long now) {
    if (now - sweptMillis >= SWEEP_MILLIS) {
      sweptMillis = now;
      // Chosen again: the other end may not have taken this one.
      somebody = null;
      shown.entrySet().removeIf(entry -> !wallet.holds(entry.getKey()));
    }
  }
}
