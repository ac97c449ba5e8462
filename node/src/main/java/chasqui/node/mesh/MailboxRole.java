package chasqui.node.mesh;

import chasqui.discovery.CrashPoints;
import chasqui.link.LinkLimits;
import chasqui.mailbox.MailboxConfig;
import chasqui.mailbox.MailboxEngine;
import chasqui.mailbox.MailboxService;
import chasqui.mailbox.SoleCustody;
import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.embedded.EmbeddedStore;
import chasqui.mailbox.store.embedded.EmbeddedStoreConfig;
import chasqui.node.Lifecycle;
import chasqui.node.StartException;
import chasqui.node.config.Agreements;
import chasqui.node.config.EffectiveConfig;
import chasqui.node.ops.Json;
import chasqui.node.ops.OpsServer.Page;
import io.grpc.BindableService;
import java.util.Map;

/// store ← engine ← links of routers.
final class MailboxRole {

  private MailboxRole() {}

  /// Opens the store, starts the stripes; returns what routers open their links to.
  static BindableService assemble(EffectiveConfig config, Platform platform, CrashPoints points, Lifecycle lifecycle) {
    MailboxConfig limits = config.get(MailboxConfig.class);
    EmbeddedStore store = open(Agreements.store(config), platform, points);
    platform.actions().add("/checkpoint", query -> checkpoint(store));
    lifecycle.started("store", store::close);
    MailboxEngine engine = new MailboxEngine(
        limits,
        new MailboxEngine.Parts(store, new SoleCustody(), platform.clock(), platform.meter(), points, platform.fatal()));
    MailboxService service = new MailboxService(engine, LinkLimits.DEFAULT);
    // What is open is answered before the links end.
    lifecycle.started("mailbox links", service::closeLinks);
    lifecycle.started("mailbox", engine::close);
    return service;
  }

  /// The folder of a checkpoint, for a backup that reads it and deletes it.
  private static Page checkpoint(EmbeddedStore store) {
    try {
      return Page.json(200, Json.write(Map.of("folder", store.checkpoint().toAbsolutePath().toString())));
    } catch (StoreException refused) {
      return Page.json(503, Json.write(Map.of("why", refused.getMessage())));
    }
  }

  private static EmbeddedStore open(EmbeddedStoreConfig config, Platform platform, CrashPoints points) {
    try {
      return EmbeddedStore.open(config, platform.clock(), platform.random(), platform.meter(), platform.fatal(), points);
    } catch (StoreOpenException refused) {
      throw new StartException(refused.getMessage(), refused);
    }
  }
}
