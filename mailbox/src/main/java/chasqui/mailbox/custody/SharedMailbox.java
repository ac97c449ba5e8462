package chasqui.mailbox.custody;

import chasqui.discovery.Membership;
import chasqui.mailbox.Custody;
import chasqui.mailbox.store.MailboxStore;
import chasqui.store.v1.JournalRow;
import chasqui.store.v1.Seal;
import com.google.protobuf.UnsafeByteOperations;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// The store and the custody of a mailbox node that shares its data set with others, put together:
///
///     SharedMailbox shared = SharedMailbox.assemble(self, config.stripes(), parts, membership, probe, again::push);
///     MailboxEngine engine = new MailboxEngine(config, new MailboxEngine.Parts(shared.store(), shared.custody(), …));
///     shared.start(engine::release) … then the node says that it is ready
///     shared.drain() … engine.close() … shared.close()
public final class SharedMailbox implements AutoCloseable {

  private final Self self;
  private final SharedParts parts;
  private final Loop loop;
  private final SharedStore store;
  private final Custodian custodian;

  private SharedMailbox(Self self, SharedParts parts, Loop loop, SharedStore store, Custodian custodian) {
    this.self = self;
    this.parts = parts;
    this.loop = loop;
    this.store = store;
    this.custodian = custodian;
  }

  /// Puts it together; nothing is read or written before {@link #start}.
  ///
  /// @param stripes as the engine has
  /// @param membership told of this node by whoever made it, once it is started
  /// @param headsAgain told of heads that were taken over; see {@link chasqui.mailbox.PushesAgain}
  public static SharedMailbox assemble(
      Self self, int stripes, SharedParts parts, Membership membership, Probe probe, HeadsAgain headsAgain) {
    Loop loop = new Loop(parts.executor(), parts.random(), parts.fatal());
    CustodyMetrics metrics = new CustodyMetrics(parts.meter());
    ServedSlots served = new ServedSlots(parts.tables().dataSet().getSlots());
    SharedStore store = new SharedStore(self.incarnation(), stripes, parts, served::epoch, loop, metrics);
    Takeover.Parts takeovers = new Takeover.Parts(
        parts.tables(), loop, store.applier(), () -> seal(self, parts, loop), headsAgain, metrics);
    Custodian custodian = new Custodian(new Custodian.Parts(
        self, parts.tables(), loop, store.journals(), membership, takeovers, probe, metrics),
        served);
    return new SharedMailbox(self, parts, loop, store, custodian);
  }

  private static JournalRow seal(Self self, SharedParts parts, Loop loop) {
    return JournalRow.newBuilder()
        .setNonce(UnsafeByteOperations.unsafeWrap(loop.nonce()))
        .setWrittenMicros(micros(parts.clock().instant()))
        .setSeal(Seal.newBuilder().setByIncarnation(self.incarnation()))
        .build();
  }

  private static long micros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
  }

  public MailboxStore store() {
    return store;
  }

  public Custody custody() {
    return custodian;
  }

  /// Lists this incarnation, then begins to take slots. Call it once this node answers probes, and announce the node as
  /// ready only when this has completed: who is listed and neither answers nor is in the membership is sealed.
  ///
  /// @param releases how slots are let go of: {@link chasqui.mailbox.MailboxEngine#release}
  public CompletionStage<Void> start(SlotReleases releases) {
    CompletableFuture<Void> started = new CompletableFuture<>();
    loop.execute(() -> list(releases, new Pace(), started));
    return started;
  }

  private void list(SlotReleases releases, Pace pace, CompletableFuture<Void> started) {
    var row = self.row(store.journals().stripes(), micros(parts.clock().instant()));
    loop.when(parts.tables().incarnations().add(row), (listed, failure) -> {
      if (failure == null) {
        custodian.start(releases);
        started.complete(null);
      } else if (Failures.isClosed(failure)) {
        started.completeExceptionally(failure);
      } else {
        loop.after(pace.pause(), () -> list(releases, pace, started));
      }
    });
  }

  /// Hands all slots to others, then seals and marks this incarnation, so that nobody has to replay it. Announce the node
  /// as draining before. Completes once done; whoever waits for it has a deadline.
  public CompletionStage<Void> drain() {
    return custodian.drain();
  }

  /// Takes nothing over and commits nothing any more. The engine was closed before; the executor is shut down after.
  @Override
  public void close() {
    custodian.close();
    store.close();
  }
}
