package chasqui.node.mesh;

import chasqui.discovery.CrashPoints;
import chasqui.discovery.NodeRecord;
import chasqui.link.LinkLimits;
import chasqui.mailbox.Custody;
import chasqui.mailbox.MailboxConfig;
import chasqui.mailbox.MailboxEngine;
import chasqui.mailbox.MailboxService;
import chasqui.mailbox.PushesAgain;
import chasqui.mailbox.SoleCustody;
import chasqui.mailbox.custody.GrpcProbe;
import chasqui.mailbox.custody.Self;
import chasqui.mailbox.custody.SharedMailbox;
import chasqui.mailbox.custody.SharedParts;
import chasqui.mailbox.store.MailboxStore;
import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.cql.CqlTables;
import chasqui.mailbox.store.embedded.EmbeddedStore;
import chasqui.mailbox.store.embedded.EmbeddedStoreConfig;
import chasqui.mailbox.store.shared.SharedTables;
import chasqui.node.Lifecycle;
import chasqui.node.Platform;
import chasqui.node.StartException;
import chasqui.node.config.Agreements;
import chasqui.node.config.EffectiveConfig;
import chasqui.node.config.StoreConfig;
import chasqui.node.ops.Json;
import chasqui.node.ops.OpsServer.Page;
import io.grpc.BindableService;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.stream.IntStream;

/// store ← engine ← links of routers.
final class MailboxRole {

  private final EffectiveConfig config;
  private final MeshParts parts;
  private final Lifecycle lifecycle;
  private final CrashPoints points = CrashPoints.installed();
  private final PushesAgain again = new PushesAgain();

  /// What was started.
  ///
  /// @param service what routers open their links to
  /// @param ready completes once it may be told to others
  /// @param shared where the store is shared: what hands slots over
  record Started(
      BindableService service, Custody custody, int slots, CompletableFuture<Void> ready, Optional<SharedMailbox> shared) {

    boolean isReady() {
      return ready.isDone() && !ready.isCompletedExceptionally();
    }

    /// Slots that are served now.
    int slotsServed() {
      return (int) IntStream.range(0, slots).filter(custody::serves).count();
    }
  }

  private MailboxRole(EffectiveConfig config, MeshParts parts, Lifecycle lifecycle) {
    this.config = config;
    this.parts = parts;
    this.lifecycle = lifecycle;
  }

  /// Opens the store, starts the stripes.
  static Started assemble(EffectiveConfig config, NodeRecord self, MeshParts parts, Lifecycle lifecycle) {
    MailboxRole role = new MailboxRole(config, parts, lifecycle);
    try {
      return switch (config.get(StoreConfig.class).kind()) {
        case EMBEDDED -> role.embedded();
        case CQL -> role.shared(self, role.cql());
      };
    } catch (StoreOpenException refused) {
      throw new StartException(refused.getMessage(), refused);
    }
  }

  private Started embedded() throws StoreOpenException {
    Platform platform = parts.platform();
    EmbeddedStoreConfig where = Agreements.store(config);
    EmbeddedStore store = EmbeddedStore.open(
        where, platform.clock(), platform.random(), platform.meter(), platform.fatal(), points);
    platform.actions().add("/checkpoint", _ -> checkpoint(store));
    lifecycle.started("store", store::close);
    Custody custody = new SoleCustody();
    return new Started(
        serve(engine(store, custody)), custody, where.slots(), CompletableFuture.completedFuture(null), Optional.empty());
  }

  /// The folder of a checkpoint, for a backup that reads it and deletes it.
  private static Page checkpoint(EmbeddedStore store) {
    try {
      return Page.json(200, Json.write(Map.of("folder", store.checkpoint().toAbsolutePath().toString())));
    } catch (StoreException refused) {
      return Page.json(503, Json.write(Map.of("why", refused.getMessage())));
    }
  }

  private SharedTables cql() throws StoreOpenException {
    Platform platform = parts.platform();
    return CqlTables.open(
        CqlAccess.of(config), parts.slots().count(), new CqlTables.Surroundings(platform.clock(), platform.random(), platform.meter()));
  }

  private Started shared(NodeRecord self, SharedTables tables) {
    Platform platform = parts.platform();
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("custody").factory());
    executor.setRemoveOnCancelPolicy(true);
    lifecycle.started("custody thread", executor::shutdownNow);
    // Making a channel may block: not on the custody thread.
    ExecutorService probing = Executors.newVirtualThreadPerTaskExecutor();
    lifecycle.started("probes", probing::shutdownNow);
    SharedMailbox shared = SharedMailbox.assemble(
        new Self(self.nodeId(), self.incarnation(), self.address()), config.get(MailboxConfig.class).stripes(),
        new SharedParts(tables, executor, platform.clock(), platform.random(), platform.meter(), points, platform.fatal()),
        parts.membership(), new GrpcProbe(parts.transport()::mailboxAt, probing), again::push);
    lifecycle.started("store", shared::close);
    MailboxEngine engine = engine(shared.store(), shared.custody());
    BindableService service = serve(engine);
    CompletableFuture<Void> ready = shared.start(engine::release).toCompletableFuture();
    return new Started(service, shared.custody(), tables.dataSet().getSlots(), ready, Optional.of(shared));
  }

  private MailboxEngine engine(MailboxStore store, Custody custody) {
    Platform platform = parts.platform();
    return new MailboxEngine(config.get(MailboxConfig.class), new MailboxEngine.Parts(
        store, custody, platform.clock(), platform.meter(), points, platform.fatal()));
  }

  private MailboxService serve(MailboxEngine engine) {
    MailboxService service = new MailboxService(engine, LinkLimits.DEFAULT, again);
    // What is open is answered before the links end.
    lifecycle.started("mailbox links", service::closeLinks);
    lifecycle.started("mailbox", engine::close);
    return service;
  }
}
