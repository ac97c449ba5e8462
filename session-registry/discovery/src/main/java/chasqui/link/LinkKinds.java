package chasqui.link;

import chasqui.mailbox.v1.FromMailbox;
import chasqui.mailbox.v1.MailboxLinkServiceGrpc;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.ToMailbox;
import chasqui.presence.v1.FromPresence;
import chasqui.presence.v1.PresenceLinkServiceGrpc;
import chasqui.presence.v1.ToPresence;
import chasqui.presence.v1.ToPresenceItem;
import chasqui.registry.v1.FromRegistry;
import chasqui.registry.v1.RegistryLinkServiceGrpc;
import chasqui.registry.v1.ToRegistry;
import chasqui.registry.v1.ToRegistryItem;
import chasqui.router.v1.FromRouter;
import chasqui.router.v1.RouterLinkServiceGrpc;
import chasqui.router.v1.ToRouter;
import chasqui.router.v1.ToRouterItem;

/// The kinds of links between roles.
public final class LinkKinds {

  /// Edges to a router.
  public static final LinkKind<ToRouterItem, ToRouter, FromRouter> ROUTER = new LinkKind<>(
      "router",
      (channel, responses) -> RouterLinkServiceGrpc.newStub(channel).attach(responses),
      items -> ToRouter.newBuilder().addAllItems(items).build());

  /// Routers to a mailbox.
  public static final LinkKind<MailboxRequest, ToMailbox, FromMailbox> MAILBOX = new LinkKind<>(
      "mailbox",
      (channel, responses) -> MailboxLinkServiceGrpc.newStub(channel).attach(responses),
      requests -> ToMailbox.newBuilder().addAllRequests(requests).build());

  /// Edges and routers to a registry.
  public static final LinkKind<ToRegistryItem, ToRegistry, FromRegistry> REGISTRY = new LinkKind<>(
      "registry",
      (channel, responses) -> RegistryLinkServiceGrpc.newStub(channel).attach(responses),
      items -> ToRegistry.newBuilder().addAllItems(items).build());

  /// Edges to the presence of a registry.
  public static final LinkKind<ToPresenceItem, ToPresence, FromPresence> PRESENCE = new LinkKind<>(
      "presence",
      (channel, responses) -> PresenceLinkServiceGrpc.newStub(channel).attach(responses),
      items -> ToPresence.newBuilder().addAllItems(items).build());

  private LinkKinds() {}
}
