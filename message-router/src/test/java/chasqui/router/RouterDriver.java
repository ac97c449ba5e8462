package chasqui.router;

import chasqui.discovery.MembershipView;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.NodeState;
import chasqui.discovery.Role;
import chasqui.discovery.Slots;
import chasqui.error.v1.Reason;
import chasqui.log.v1.Entry;
import chasqui.log.v1.Member;
import chasqui.mailbox.v1.FromMailbox;
import chasqui.mailbox.v1.MailboxEvent;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.MarksStored;
import chasqui.mailbox.v1.Push;
import chasqui.mailbox.v1.ReadState;
import chasqui.mailbox.v1.ReceiptMoved;
import chasqui.mailbox.v1.Roster;
import chasqui.registry.v1.FromRegistry;
import chasqui.registry.v1.FromRegistryItem;
import chasqui.registry.v1.Notice;
import chasqui.registry.v1.Session;
import chasqui.registry.v1.ToRegistryItem;
import chasqui.registry.v1.UserSessions;
import chasqui.router.v1.EdgeHello;
import chasqui.router.v1.Fanout;
import chasqui.router.v1.FromRouterItem;
import chasqui.router.v1.NotHere;
import chasqui.router.v1.ReceiptTold;
import chasqui.router.v1.ToRouter;
import chasqui.router.v1.ToRouterItem;
import chasqui.router.v1.TypingSignalled;
import chasqui.router.v1.TypingTold;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Speaks to a router as edges, a mailbox and a registry do. Copies are told in short words: `c@5 [10, 11]` is the entry
/// and head 5 of conversation `c` for two sessions, `c@5 head [10]` the head alone.
final class RouterDriver {

  static final long MAILBOX = 1;
  static final long REGISTRY = 2;
  static final long E1 = 11;
  static final long E2 = 12;
  static final NodeRecord MAILBOX_NODE = node("m", "m-1", Role.MAILBOX);
  static final NodeRecord REGISTRY_NODE = node("r", "r-1", Role.REGISTRY);

  final RecordingRouterOutbound out = new RecordingRouterOutbound();
  final RouterCore core;
  private long now = 1_000_000_000L;
  private long versions;
  private long viewVersion;

  RouterDriver(RouterConfig config) {
    core = new RouterCore(
        node("router", "router-1", Role.ROUTER), new Slots(64), config, out, OpenTelemetry.noop().getMeter("test"));
    view(MAILBOX_NODE, REGISTRY_NODE);
    core.mailboxOpened(MAILBOX, MAILBOX_NODE);
    heard(MAILBOX);
    registryOpened(REGISTRY, REGISTRY_NODE);
    out.take(REGISTRY);
    edge(E1, "e1", "e1-1");
    edge(E2, "e2", "e2-1");
  }

  static NodeRecord node(String id, String incarnation, Role role) {
    return new NodeRecord(id, incarnation, id, Set.of(role), NodeState.READY, "");
  }

  RouterDriver view(NodeRecord... nodes) {
    core.view(new MembershipView(++viewVersion, List.of(nodes)), now);
    return this;
  }

  RouterDriver edge(long link, String nodeId, String incarnation) {
    return edgeItem(link, ToRouterItem.newBuilder()
        .setHello(EdgeHello.newBuilder().setNodeId(nodeId).setIncarnation(incarnation)).build());
  }

  RouterDriver edgeItem(long link, ToRouterItem item) {
    core.edgeFrame(link, ToRouter.newBuilder().addItems(item).build(), now);
    return this;
  }

  RouterDriver request(long link, MailboxRequest.Builder request) {
    return edgeItem(link, ToRouterItem.newBuilder().setRequest(request).build());
  }

  RouterDriver notHere(long link, String conversation, long head, long... sessions) {
    NotHere.Builder notHere = NotHere.newBuilder().setConversationId(conversation).setHead(head);
    for (long session : sessions) {
      notHere.addSessionIds(session);
    }
    return edgeItem(link, ToRouterItem.newBuilder().setNotHere(notHere).build());
  }

  /// A device of the user says that it types, or stopped.
  RouterDriver types(long link, String conversation, String user, boolean typing) {
    return edgeItem(link, ToRouterItem.newBuilder().setTyping(TypingSignalled.newBuilder()
        .setConversationId(conversation).setUserId(user).setTyping(typing)).build());
  }

  RouterDriver after(Duration time) {
    now += time.toNanos();
    core.tick(now);
    return this;
  }

  RouterDriver mailboxBroken() {
    return mailboxBroken(MAILBOX);
  }

  RouterDriver mailboxBroken(long link) {
    core.mailboxBroken(link, true, now);
    return this;
  }

  /// An attempt to open a link reached nobody.
  RouterDriver mailboxRefused(long link, NodeRecord node) {
    core.mailboxOpened(link, node);
    core.mailboxBroken(link, false, now);
    return this;
  }

  /// A mailbox answers the probe of a link.
  RouterDriver heard(long link) {
    core.mailboxFrame(link, FromMailbox.getDefaultInstance(), now);
    return this;
  }

  /// Marks of these users are stored, after the push of the entry.
  RouterDriver marksStored(String conversation, long seq, String... users) {
    return mailboxEvent(MailboxEvent.newBuilder()
        .setMarksStored(MarksStored.newBuilder()
            .setConversationId(conversation).setGeneration(1).setSeq(seq).setRosterSeq(1).addAllMarkedUsers(List.of(users)))
        .build());
  }

  RouterDriver registryBroken(long link) {
    core.registryBroken(link, now);
    return this;
  }

  RouterDriver registryRefused(long link, NodeRecord node) {
    core.registryOpened(link, node, now);
    return registryBroken(link);
  }

  RouterDriver registryOpened(long link, NodeRecord node) {
    core.registryOpened(link, node, now);
    // The answer to the link's first probe.
    core.registryFrame(link, FromRegistry.getDefaultInstance(), now);
    return this;
  }

  static Entry.Builder entry(long seq) {
    return Entry.newBuilder().setSeq(seq).setStampMicros(seq);
  }

  static Push push(String conversation, Entry.Builder entry, long rosterSeq, String... marked) {
    return Push.newBuilder()
        .setConversationId(conversation).setGeneration(1).setEntry(entry).setRosterSeq(rosterSeq)
        .addAllMarkedUsers(List.of(marked)).build();
  }

  RouterDriver push(String conversation, long seq, long rosterSeq, String... marked) {
    return pushed(push(conversation, entry(seq), rosterSeq, marked));
  }

  RouterDriver pushed(Push push) {
    return mailboxEvent(MailboxEvent.newBuilder().setPush(push).build());
  }

  /// A watermark of a user rose; 0 for one that did not.
  RouterDriver moved(String conversation, String user, long delivered, long read, long rosterSeq) {
    ReceiptMoved.Builder moved = ReceiptMoved.newBuilder()
        .setConversationId(conversation).setGeneration(1).setUserId(user)
        .setDelivered(delivered).setRead(read).setRosterSeq(rosterSeq);
    if (read != 0) {
      moved.setLeft(ReadState.newBuilder().setRead(read).setUnreadMessages(7));
    }
    return mailboxEvent(MailboxEvent.newBuilder().setReceiptMoved(moved).build());
  }

  RouterDriver respond(MailboxResponse.Builder response) {
    return mailboxEvent(MailboxEvent.newBuilder().setResponse(response).build());
  }

  RouterDriver respond(long link, MailboxResponse.Builder response) {
    MailboxEvent event = MailboxEvent.newBuilder().setResponse(response).build();
    core.mailboxFrame(link, FromMailbox.newBuilder().addEvents(event).build(), now);
    return this;
  }

  RouterDriver mailboxEvent(MailboxEvent event) {
    core.mailboxFrame(MAILBOX, FromMailbox.newBuilder().addEvents(event).build(), now);
    return this;
  }

  /// Answers the roster read of a conversation; members are `user` or `user@joinSeq`.
  RouterDriver roster(String conversation, long rosterSeq, String... members) {
    Roster.Builder roster = Roster.newBuilder().setConversationId(conversation).setRosterSeq(rosterSeq);
    for (String member : members) {
      String[] parts = member.split("@");
      roster.addMembers(Member.newBuilder().setUserId(parts[0]).setJoinSeq(parts.length == 1 ? 1 : Long.parseLong(parts[1])));
    }
    return respond(MailboxResponse.newBuilder().setRequestId(rosterRead(conversation).getRequestId()).setRoster(roster));
  }

  MailboxRequest rosterRead(String conversation) {
    return out.takeFirst(MAILBOX, MailboxRequest.class,
        request -> request.hasReadRoster() && request.getReadRoster().getConversationId().equals(conversation));
  }

  /// Answers the look-up of a user; sessions are `e1:10`.
  RouterDriver here(String user, String... sessions) {
    return here(REGISTRY, user, sessions);
  }

  RouterDriver here(long registry, String user, String... sessions) {
    long id = out.takeFirst(registry, ToRegistryItem.class,
        item -> item.hasLookup() && item.getLookup().getUserId().equals(user)).getLookup().getRequestId();
    UserSessions answer = sessions(user, ++versions, sessions).setRequestId(id).build();
    return registryItem(registry, FromRegistryItem.newBuilder().setSessions(answer).build());
  }

  /// Tells of a change.
  RouterDriver notice(long id, String user, String... sessions) {
    return notice(id, ++versions, user, sessions);
  }

  RouterDriver notice(long id, long version, String user, String... sessions) {
    Notice notice = Notice.newBuilder().setNoticeId(id).setSessions(sessions(user, version, sessions)).build();
    return registryItem(REGISTRY, FromRegistryItem.newBuilder().setNotice(notice).build());
  }

  private static UserSessions.Builder sessions(String user, long version, String... sessions) {
    UserSessions.Builder answer = UserSessions.newBuilder().setUserId(user).setVersion(version);
    for (String session : sessions) {
      String[] parts = session.split(":");
      answer.addSessions(Session.newBuilder()
          .setEdgeNodeId(parts[0]).setEdgeIncarnation(parts[0] + "-1").setSessionId(Long.parseLong(parts[1])));
    }
    return answer;
  }

  RouterDriver registryItem(long registry, FromRegistryItem item) {
    core.registryFrame(registry, FromRegistry.newBuilder().addItems(item).build(), now);
    return this;
  }

  /// What an edge was told since this was last asked.
  List<String> told(long link) {
    return out.take(link).stream().map(item -> word((FromRouterItem) item)).toList();
  }

  /// The users looked up since this was last asked.
  List<String> lookedUp() {
    return lookedUp(REGISTRY);
  }

  List<String> lookedUp(long registry) {
    List<String> users = new ArrayList<>();
    for (Object item : out.take(registry)) {
      if (((ToRegistryItem) item).hasLookup()) {
        users.add(((ToRegistryItem) item).getLookup().getUserId());
      }
    }
    return users;
  }

  private static String word(FromRouterItem item) {
    return switch (item.getItemCase()) {
      case RESPONSE -> word(item.getResponse());
      case FANOUT -> word(item.getFanout());
      case COMPARE_ALL -> "compare";
      case TYPING -> word(item.getTyping());
      case RECEIPT -> word(item.getReceipt());
      case TRACE_FOUND -> "found " + item.getTraceFound().getPushesCount();
      case TRACE_ASKED -> "asked " + item.getTraceAsked().getSeq();
      case ITEM_NOT_SET -> throw new AssertionError("nothing said");
    };
  }

  private static String word(TypingTold told) {
    return told.getConversationId() + ": " + told.getUserId() + (told.getTyping() ? " types " : " stops ")
        + told.getSessionIdsList();
  }

  private static String word(ReceiptTold told) {
    ReceiptMoved moved = told.getMoved();
    return moved.getConversationId() + ": " + moved.getUserId() + " " + moved.getDelivered() + "/" + moved.getRead()
        + (moved.hasLeft() ? " left " + moved.getLeft().getUnreadMessages() + " " : " ") + told.getSessionIdsList();
  }

  private static String word(Fanout fanout) {
    return fanout.getConversationId() + "@" + fanout.getHead() + (fanout.hasEntry() ? " " : " head ") + fanout.getSessionIdsList();
  }

  private static String word(MailboxResponse response) {
    if (!response.hasRefusal()) {
      return response.getRequestId() + " " + response.getOutcomeCase();
    }
    Reason reason = response.getRefusal().getReason();
    return response.getRequestId() + " " + reason.name().substring(7)
        + (response.getRefusal().getRetryAfterMs() > 0 ? " later" : "");
  }
}
