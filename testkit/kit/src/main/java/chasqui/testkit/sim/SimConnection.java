package chasqui.testkit.sim;

import chasqui.testkit.history.PayloadHash;
import java.util.ArrayDeque;

/// One end of a connection that behaves like a TCP stream: ordered until it breaks, then it breaks as a whole, and an end
/// that is not told notices nothing. A blocked link holds frames back; it does not lose them.
///
/// What an end sends to a peer that takes nothing stays in flight: obey [#isReady].
public final class SimConnection {
  /// Frames in flight in one direction before the sender is no longer ready.
  public static final int WINDOW_FRAMES = 64;

  private enum State {
    OPEN,
    /// Closed from this side; the peer's frames still come.
    CLOSING,
    /// Broken underneath, and nobody told this end.
    HALF_OPEN,
    ENDED
  }

  private sealed interface Frame {
    long arrivesNanos();
  }

  private record Data(byte[] message, long arrivesNanos) implements Frame {}

  private record Closed(long arrivesNanos) implements Frame {}

  private record Broken(String why, long arrivesNanos) implements Frame {}

  private final SimNetwork network;
  private final long id;
  private final SimNode owner;
  private final SimLink outLink;
  private final ArrayDeque<Frame> outbound = new ArrayDeque<>();
  private SimConnection peer;
  private ConnectionListener listener;
  private State state = State.OPEN;
  private boolean peerClosed;
  private boolean reading = true;
  private boolean pumping;
  private long lastArrivalNanos;
  private long keepAliveNanos;

  SimConnection(SimNetwork network, long id, SimNode owner, SimLink outLink) {
    this.network = network;
    this.id = id;
    this.owner = owner;
    this.outLink = outLink;
  }

  static void pair(SimConnection a, SimConnection b) {
    a.peer = b;
    b.peer = a;
  }

  /// Gives this end its listener and lets in what waits for it.
  void open(ConnectionListener toCall) {
    listener = toCall;
    peer.pump();
  }

  boolean isAccepted() {
    return listener != null;
  }

  /// Both ends find out that the connection broke without a word when this much time has passed, as with gRPC's
  /// keepalive; 0 for never.
  public void keepAlive(long nanos) {
    keepAliveNanos = nanos;
    peer.keepAliveNanos = nanos;
  }

  public long id() {
    return id;
  }

  public SimNode owner() {
    return owner;
  }

  public SimNode remote() {
    return peer.owner;
  }

  /// False once this end knows that it cannot send any more.
  public boolean isOpen() {
    return state == State.OPEN || state == State.HALF_OPEN;
  }

  /// Whether there is room in flight. `onReady` says when there is again.
  public boolean isReady() {
    return isOpen() && outbound.size() < WINDOW_FRAMES;
  }

  public int inFlight() {
    return outbound.size();
  }

  /// Takes no more messages until [#resumeReading]; they stay in flight and hold the sender up.
  public void pauseReading() {
    reading = false;
  }

  public void resumeReading() {
    if (!reading) {
      reading = true;
      peer.pump();
    }
  }

  /// Sends a message; into the void if the connection is over.
  public void send(byte[] message) {
    if (!isOpen() || !owner.isAlive()) {
      return;
    }
    outbound.add(new Data(message.clone(), arrival()));
    if (state == State.HALF_OPEN) {
      resetIfThePeerIsBack();
    } else {
      pump();
    }
  }

  /// Closes in good order: what was sent still arrives, then the peer hears `onClosed`.
  public void close() {
    if (!isOpen() || !owner.isAlive()) {
      return;
    }
    outbound.add(new Closed(arrival()));
    state = peerClosed || state == State.HALF_OPEN ? State.ENDED : State.CLOSING;
    pump();
  }

  /// Breaks it from this end, as a reset does: what is in flight is lost, the peer is told.
  public void abort(String why) {
    if (state != State.ENDED && owner.isAlive()) {
      state = State.ENDED;
      outbound.clear();
      tellPeer(why);
    }
  }

  private long arrival() {
    lastArrivalNanos = Math.max(lastArrivalNanos, network.nowNanos() + outLink.streamDelayNanos());
    return lastArrivalNanos;
  }

  /// Keeps one frame on its way: the head of the queue, at its time, if somebody listens.
  private void pump() {
    if (pumping || outbound.isEmpty() || peer.listener == null || state == State.HALF_OPEN) {
      return;
    }
    pumping = true;
    network.at(outbound.peek().arrivesNanos(), this::arrive);
  }

  private void arrive() {
    if (outLink.isBlocked()) {
      outLink.whenOpen(() -> network.at(network.nowNanos() + outLink.delayNanos(), this::arrive));
    } else {
      // The peer's node may be paused: the frame counts as in flight until it is taken.
      peer.owner.execute(this::take);
    }
  }

  private void take() {
    pumping = false;
    if (!peer.reading) {
      if (!(outbound.peekLast() instanceof Broken)) {
        return;
      }
      // A reset overtakes what the application did not read.
      while (outbound.size() > 1) {
        outbound.removeFirst();
      }
    }
    Frame frame = outbound.poll();
    if (frame == null) {
      return;
    }
    if (outbound.size() == WINDOW_FRAMES - 1 && state == State.OPEN) {
      owner.execute(this::ready);
    }
    peer.receive(frame);
    pump();
  }

  private void ready() {
    if (isReady()) {
      listener.onReady();
    }
  }

  private void receive(Frame frame) {
    if (state == State.ENDED) {
      return;
    }
    switch (frame) {
      case Data(byte[] message, long _) -> {
        network.trace("data to " + owner, id, PayloadHash.of(message));
        listener.onMessage(message);
      }
      case Closed _ -> {
        network.trace("closed to " + owner, id);
        peerClosed = true;
        state = state == State.CLOSING ? State.ENDED : state;
        listener.onClosed();
      }
      case Broken(String why, long _) -> end(why);
    }
  }

  private void end(String why) {
    if (state != State.ENDED) {
      network.trace("broken to " + owner, id);
      state = State.ENDED;
      outbound.clear();
      // Nobody took the connection yet: nobody is to be told.
      if (listener != null) {
        listener.onBroken(why);
      }
    }
  }

  /// Sends the news behind whatever is still on its way to the peer.
  private void tellPeer(String why) {
    if (peer.listener == null) {
      peer.state = State.ENDED;
    } else {
      outbound.add(new Broken(why, arrival()));
      pump();
    }
  }

  /// A machine that gets a segment for a connection it does not know answers with a reset.
  private void resetIfThePeerIsBack() {
    if (peer.state == State.ENDED && remote().isAlive() && !outLink.isBlocked()) {
      peer.outbound.clear();
      peer.tellPeer("reset by " + remote());
    }
  }

  // What the network does to it.

  /// Ends this end without a word over the network.
  void giveUp(String why) {
    owner.execute(() -> end(why));
  }

  /// The server's machine says no.
  void refuse(String why) {
    state = State.ENDED;
    tellPeer(why);
  }

  /// Something between the nodes dropped the connection; both ends are told, or neither.
  void cut(boolean told) {
    for (SimConnection end : new SimConnection[] {this, peer}) {
      end.outbound.clear();
      if (end.listener == null) {
        end.state = State.ENDED;
      } else if (told) {
        end.giveUp("connection dropped");
      } else if (end.state == State.OPEN) {
        end.halfOpen();
      }
    }
  }

  /// A node died: the other end gets some of what was on its way, then the news, or nothing more.
  void died(SimNode node, boolean told) {
    if (owner == node) {
      ownerDied(told);
    }
    if (peer.owner == node) {
      peer.ownerDied(told);
    }
  }

  private void ownerDied(boolean told) {
    if (state == State.ENDED || listener == null) {
      // Not accepted yet: the client goes on knocking, and finds the next incarnation or nobody.
      return;
    }
    state = State.ENDED;
    int survivors = outLink.survivors(outbound.size());
    while (outbound.size() > survivors) {
      outbound.removeLast();
    }
    peer.outbound.clear();
    if (told) {
      tellPeer(owner + " died");
    } else if (peer.state == State.OPEN) {
      peer.halfOpen();
    }
  }

  private void halfOpen() {
    state = State.HALF_OPEN;
    if (keepAliveNanos > 0) {
      network.at(network.nowNanos() + keepAliveNanos, () -> {
        if (state == State.HALF_OPEN) {
          giveUp("nobody answers a ping");
        }
      });
    }
  }

  boolean isBetween(String a, String b) {
    String mine = owner.name();
    String theirs = remote().name();
    return (mine.equals(a) && theirs.equals(b)) || (mine.equals(b) && theirs.equals(a));
  }

  boolean isOver() {
    return state == State.ENDED && peer.state == State.ENDED && outbound.isEmpty() && peer.outbound.isEmpty();
  }
}
