package chasqui.client;

import chasqui.client.session.ClientEvent;
import chasqui.client.session.DurableState;
import chasqui.client.session.SendOutcome;
import chasqui.client.session.SessionCore;
import chasqui.client.session.SessionEffects;
import chasqui.client.session.StopCause;
import chasqui.client.session.StoreRecord;
import chasqui.client.session.StreamEnd;
import chasqui.client.store.ClientStore;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Position;
import chasqui.edge.v1.ServerFrame;
import io.grpc.SynchronizationContext;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs a [SessionCore]: everything that happens comes in one at a time through the serial context, on whichever thread
/// brings it; the core's effects go to gRPC, the store, the listener and the timer. Nothing here blocks but [#close].
final class SessionDriver {
  private static final Logger LOG = LoggerFactory.getLogger(SessionDriver.class);

  /// Something to do with the core.
  interface Input {
    void on(SessionCore core, long nowMs);
  }

  private final Surroundings surroundings;
  private final ClientListener listener;
  private final Consumer<SendOutcome> settled;
  private final ClientStore store;
  private final SynchronizationContext serial;
  private final StreamTransport transport;
  private final ListenerQueue told;
  private final Timer timer;
  private final Tokens tokens;
  private final UnaryCalls unary;
  private final SessionCore core;
  private final CountDownLatch streamsEnded = new CountDownLatch(1);
  private boolean closing;

  SessionDriver(
      ClientConfig config, Surroundings surroundings, DurableState restored, Consumer<SendOutcome> settled) {
    this.surroundings = surroundings;
    this.listener = config.listener();
    this.settled = settled;
    this.store = config.store();
    this.serial = new SynchronizationContext((_, failure) -> broken(failure));
    this.transport = new StreamTransport(config.endpoints(), config.channels(), config.tap(), new Arrivals());
    this.told = new ListenerQueue(surroundings.listener(), () -> run((_, _) -> resume()));
    this.timer = new Timer(surroundings.clock(), surroundings.scheduler(), () -> run((_, nowMs) -> wake(nowMs)));
    this.tokens = new Tokens(config.tokens(), surroundings.blocking());
    this.unary = new UnaryCalls(config, transport::newestChannel, tokens, serial, surroundings);
    this.core = new SessionCore(config.session(), restored, surroundings.random(), new Effects());
  }

  void start() {
    run(SessionCore::start);
  }

  void run(Input input) {
    serial.execute(() -> input.on(core, now()));
  }

  /// Runs something for the application, in the order of events.
  void tell(Runnable task) {
    if (!told.add(task)) {
      transport.pause();
    }
  }

  UnaryCalls unary() {
    return unary;
  }

  private long now() {
    return surroundings.clock().millis();
  }

  private void wake(long nowMs) {
    if (!timer.fired()) {
      return;
    }
    if (transport.isPaused()) {
      core.onInboundPaused(nowMs);
    } else {
      core.onTimer(nowMs);
    }
  }

  private void resume() {
    core.onInboundPaused(now());
    transport.resume();
  }

  private void broken(Throwable failure) {
    LOG.error("a bug of the client ended it", failure);
    run((core, _) -> core.onFailure(StopCause.BROKEN, "a bug of the client: " + failure));
  }

  /// Ends everything; in the background when the listener itself asks for it, since it is what would be waited for.
  void close(Duration patience) {
    if (told.isRunByCaller()) {
      surroundings.blocking().execute(() -> end(patience.toMillis()));
    } else {
      end(patience.toMillis());
    }
  }

  private void end(long patienceMs) {
    try {
      // What has arrived is dealt with, then told, then noted as shown: only then is it acked and saved for good. What
      // arrives meanwhile is left alone.
      run((core, _) -> core.leave());
      passThrough(patienceMs);
      told.awaitIdle(patienceMs);
      passThrough(patienceMs);
      run((core, nowMs) -> {
        closing = true;
        core.close(nowMs);
        unary.close();
        timer.cancel();
        checkEnded();
      });
      streamsEnded.await(patienceMs, TimeUnit.MILLISECONDS);
      told.awaitIdle(patienceMs);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    serial.execute(() -> transport.cancelAll("closed"));
    store.close();
  }

  /// Waits until the serial context has done what was asked of it before.
  private void passThrough(long patienceMs) throws InterruptedException {
    var passed = new CountDownLatch(1);
    serial.execute(passed::countDown);
    passed.await(patienceMs, TimeUnit.MILLISECONDS);
  }

  private void checkEnded() {
    if (closing && transport.isEmpty()) {
      streamsEnded.countDown();
    }
  }

  /// What gRPC reports, on its threads.
  private final class Arrivals implements StreamTransport.Inbox {
    @Override
    public void writable() {
      run(SessionCore::onWritable);
    }

    @Override
    public void frame(long stream, ServerFrame frame) {
      run((core, nowMs) -> {
        core.onFrame(stream, frame, nowMs);
        transport.dealtWith(stream);
      });
    }

    @Override
    public void ended(long stream, StreamEnd end) {
      run((core, nowMs) -> {
        transport.ended(stream);
        core.onStreamEnded(stream, end, nowMs);
        checkEnded();
      });
    }
  }

  /// What the core asks for, in the serial context.
  private final class Effects implements SessionEffects, ClientStore.Watcher {
    @Override
    public void open(long stream, int endpoint) {
      transport.open(stream, endpoint);
    }

    @Override
    public boolean isReady(long stream) {
      return transport.isReady(stream);
    }

    @Override
    public void write(long stream, ClientFrame frame) {
      transport.write(stream, frame);
    }

    @Override
    public void halfClose(long stream) {
      transport.halfClose(stream);
    }

    @Override
    public void cancel(long stream, String why) {
      transport.cancel(stream, why);
    }

    @Override
    public void requestToken(boolean fresh) {
      tokens.get(fresh).whenComplete((token, failure) -> run((core, nowMs) -> {
        if (failure == null) {
          core.onToken(token, nowMs);
        } else {
          core.onTokenFailed("no token: " + failure.getMessage(), nowMs);
        }
      }));
    }

    @Override
    public void store(long number, StoreRecord record, boolean sync) {
      store.append(number, record, sync, this);
    }

    @Override
    public void durable(long number) {
      run((core, nowMs) -> core.onDurable(number, nowMs));
    }

    @Override
    public void failed(String message) {
      run((core, _) -> core.onFailure(StopCause.STORE_FAILED, message));
    }

    @Override
    public void emit(ClientEvent event) {
      tell(() -> {
        try {
          listener.on(event);
        } finally {
          if (event instanceof ClientEvent.SendSettled(var outcome)) {
            settled.accept(outcome);
          }
        }
      });
    }

    @Override
    public void reached(Position position, int entries) {
      tell(() -> run((core, nowMs) -> core.onShown(position, entries, nowMs)));
    }

    @Override
    public void wakeAt(long atMillis) {
      timer.wakeAt(atMillis);
    }
  }
}
