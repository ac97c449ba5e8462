package chasqui.drills.sim.device;

import chasqui.client.session.ClientEvent;
import chasqui.client.session.DurableState;
import chasqui.client.session.SessionConfig;
import chasqui.client.session.SessionCore;
import chasqui.client.session.SessionEffects;
import chasqui.client.session.StoreRecord;
import chasqui.client.session.StreamEnd;
import chasqui.client.session.Submission;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.Send;
import chasqui.edge.v1.ServerFrame;
import chasqui.testkit.sim.SimNode;
import chasqui.testkit.sim.SimRandom;
import chasqui.testkit.sim.SimTimer;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/// One run of a device's SDK, from its start to its close or crash: the core and what it asks of the world.
final class DeviceRun implements SessionEffects, Streams.Inbox {
  private static final long TOKEN_MAX_NANOS = 50_000_000;
  private static final double TOKEN_FAILURES = 0.02;

  private final SimDevice device;
  private final SimNode node;
  private final SimRandom random;
  private final Streams streams;
  private final SessionCore core;
  private final ArrayDeque<Runnable> told = new ArrayDeque<>();
  private SimTimer timer;
  private boolean listening;
  private boolean closed;
  private boolean over;

  DeviceRun(SimDevice device, SimNode node, DurableState restored) {
    this.device = device;
    this.node = node;
    this.random = node.random();
    this.streams = new Streams(device.network(), node, device.edges(), device.tap(), this);
    this.core = new SessionCore(
        new SessionConfig(device.deviceId(), "simulation", device.edges().size(), device.habits().bounds()), restored,
        random.split("core " + node.incarnation() + " " + device.runs()), this);
  }

  void start() {
    core.watch(device.habits().watched(), nowMs());
    core.start(nowMs());
  }

  void submit(Send send, Consumer<Submission> told) {
    if (!over) {
      core.typing(send.getConversationId(), true, nowMs());
      told.accept(core.submit(send, nowMs()));
    }
  }

  void read(String conversation, long seq) {
    if (!over) {
      core.read(conversation, seq, nowMs());
    }
  }

  /// Ends in good order.
  void close() {
    if (!over) {
      closed = true;
      core.close(nowMs());
    }
  }

  /// Nothing of this run happens any more.
  void drop() {
    over = true;
    told.clear();
    streams.cancelAll("dropped");
    if (timer != null) {
      timer.cancel();
    }
  }

  /// Whether it takes messages.
  boolean isOpen() {
    return !over && !closed;
  }

  boolean isQuiet() {
    return core.counts().unanswered() == 0 && core.counts().gaps() == 0 && told.isEmpty();
  }

  int unanswered() {
    return core.counts().unanswered();
  }

  private long nowMs() {
    return node.clock().nanoTime() / 1_000_000;
  }

  private void input(Runnable input) {
    node.execute(() -> {
      if (!over) {
        input.run();
      }
    });
  }

  // What streams report.

  @Override
  public void writable() {
    if (!over) {
      core.onWritable(nowMs());
    }
  }

  @Override
  public void frame(long stream, ServerFrame frame) {
    if (!over) {
      core.onFrame(stream, frame, nowMs());
    }
  }

  @Override
  public void ended(long stream, StreamEnd end) {
    input(() -> core.onStreamEnded(stream, end, nowMs()));
  }

  // What the core asks for.

  @Override
  public void open(long stream, int endpoint) {
    streams.open(stream, endpoint);
  }

  @Override
  public boolean isReady(long stream) {
    return streams.isReady(stream);
  }

  @Override
  public void write(long stream, ClientFrame frame) {
    streams.write(stream, frame);
  }

  @Override
  public void halfClose(long stream) {
    streams.halfClose(stream);
  }

  @Override
  public void cancel(long stream, String why) {
    streams.cancel(stream, why);
  }

  @Override
  public void requestToken(boolean fresh) {
    boolean fails = random.chance(TOKEN_FAILURES);
    node.schedule(random.between(1_000_000, TOKEN_MAX_NANOS), () -> {
      if (over) {
        return;
      }
      if (fails) {
        core.onTokenFailed("nobody gives tokens now", nowMs());
      } else {
        core.onToken(device.token(), nowMs());
      }
    });
  }

  @Override
  public void store(long number, StoreRecord record, boolean sync) {
    device.disk().append(number, record, sync, durable -> {
      if (!over) {
        core.onDurable(durable, nowMs());
      }
    });
  }

  @Override
  public void emit(ClientEvent event) {
    tell(() -> device.show(event));
  }

  @Override
  public void reached(Position position, int entries) {
    tell(() -> {
      device.screen().move(position);
      input(() -> {
        core.onShown(position, entries, nowMs());
        if (random.chance(device.habits().readRate())) {
          core.read(position.getConversationId(), position.getSeq(), nowMs());
        }
      });
    });
  }

  @Override
  public void wakeAt(long atMillis) {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    if (atMillis != Long.MAX_VALUE) {
      long delay = Math.max(0, atMillis * 1_000_000 - node.clock().nanoTime());
      timer = node.schedule(delay, this::wake);
    }
  }

  private void wake() {
    if (over) {
      return;
    }
    if (streams.isPaused()) {
      core.onInboundPaused(nowMs());
    } else {
      core.onTimer(nowMs());
    }
  }

  // The listener: one task at a time, each taking a while.

  private void tell(Runnable task) {
    told.add(task);
    if (told.size() > device.habits().waitingMax()) {
      streams.pause();
    }
    listen();
  }

  private void listen() {
    if (listening || told.isEmpty()) {
      return;
    }
    listening = true;
    node.schedule(random.between(0, device.habits().listenerMaxNanos()), () -> {
      listening = false;
      if (over) {
        return;
      }
      told.poll().run();
      if (streams.isPaused() && told.size() <= device.habits().waitingMax() / 4) {
        core.onInboundPaused(nowMs());
        streams.resume();
      }
      listen();
    });
  }
}
