package chasqui.edge.server;

import chasqui.discovery.MembershipView;
import chasqui.discovery.NodeRecord;
import chasqui.discovery.Role;
import chasqui.discovery.Slots;
import chasqui.edge.session.RouterPort.Taken;
import chasqui.edge.session.RouterPort;
import chasqui.edge.session.SessionMetrics.EphemeralDrop;
import chasqui.edge.session.SessionMetrics;
import chasqui.edge.session.Signal;
import chasqui.error.v1.Reason;
import chasqui.link.ChannelFactory;
import chasqui.edge.unary.TraceQueries.Answers;
import chasqui.link.Ticker;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.router.v1.EdgeHello;
import chasqui.router.v1.TypingSignalled;
import chasqui.trace.v1.TraceAsked;
import chasqui.trace.v1.TraceQuery;
import chasqui.trace.v1.TraceSeen;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// The links to all routers. A request goes to the router that owns the slot of its conversation, or of its user. When
/// routers come or go, a stream's sends of one conversation stay together ({@link SendLanes}); where a router does not reach
/// an owner, the next is asked ({@link Detours}). Thread-safe.
public final class RouterLinks {

  private static final Duration EXPIRY = Duration.ofMillis(250);

  private final Slots slots;
  private final LongSupplier nanoTime;
  private final SessionTable table;
  private final Peers<RouterLink> peers;
  private final Detours<RouterLink> detours;
  private final Ticker expiry;
  // A router was lost; sessions compare as soon as another is there.
  private final AtomicBoolean compareOwed = new AtomicBoolean();

  /// What is on this edge.
  ///
  /// @param hello who it is
  record Here(SessionTable table, EdgeHello hello, EdgeTraces traces) {}

  RouterLinks(
      Slots slots, Here here, ChannelFactory channels, EdgeConfig.Links limits, LinkTimers timers, SessionMetrics metrics) {
    this.slots = slots;
    this.nanoTime = timers.nanoTime();
    this.table = here.table;
    this.detours = new Detours<>(timers.nanoTime());
    RouterLink.Events events = new RouterLink.Events() {
      @Override
      public void changed() {
        peers().refresh();
        if (isOpen() && compareOwed.getAndSet(false)) {
          compareAll();
        }
      }

      @Override
      public void lost() {
        compareOwed.set(true);
      }

      @Override
      public void headsLost() {
        compareAll();
      }

      @Override
      public void missed(int sessions) {
        for (int i = 0; i < sessions; i++) {
          metrics.ephemeralDropped(EphemeralDrop.STREAM_GONE);
        }
      }

      @Override
      public void traced(TraceAsked asked, Consumer<TraceSeen> answer) {
        here.traces.look(asked, answer);
      }
    };
    this.peers = new Peers<>(
        Role.ROUTER, node -> new RouterLink(node, channels.open(node), here.hello, table, events, limits, timers), () -> { });
    this.expiry = new Ticker(timers.scheduler(), EXPIRY, this::expire);
    expiry.start();
  }

  /// The port for one session of a loop.
  RouterPort portFor(SessionLoop loop) {
    return new LoopPort(loop);
  }

  /// Hands in a request of nobody's session; the answer comes on the link's thread, which must not be blocked.
  public Taken request(MailboxRequest.Builder request, Consumer<MailboxResponse> answer) {
    int slot = slots.of(routedBy(request));
    return send(slot, linkOf(slot), request, reply -> {
      if (reply.response() != null) {
        answer.accept(reply.response());
      }
    });
  }

  /// Asks all routers what became of an entry, and all edges by way of the router of its conversation.
  void trace(TraceQuery query, Consumer<Answers> answer) {
    RouterLink owner = peers.owner(slots.of(query.getConversationId()));
    TraceGathering gathering = new TraceGathering(List.copyOf(peers.all()), answer);
    gathering.ask(link -> query.toBuilder().setAsksEdges(link == owner).build());
  }

  void view(MembershipView view) {
    peers.view(view);
  }

  /// Whether any router is reachable.
  boolean isOpen() {
    return peers.owner(0) != null;
  }

  /// Slots that a router refused as unavailable lately.
  int slotsRefused() {
    return detours.size();
  }

  int requestsWaiting() {
    return peers.all().stream().mapToInt(RouterLink::requestsWaiting).sum();
  }

  int itemsQueued() {
    return peers.all().stream().mapToInt(RouterLink::itemsQueued).sum();
  }

  void close() {
    expiry.close();
    peers.close();
  }

  private Peers<RouterLink> peers() {
    return peers;
  }

  private void compareAll() {
    table.all().forEach(stream -> stream.post(Signal.COMPARE));
  }

  private void expire() {
    long nowNanos = nanoTime.getAsLong();
    peers.all().forEach(link -> link.expire(nowNanos));
    detours.expire();
  }

  /// The router for a slot now, or null where no link is open.
  private RouterLink linkOf(int slot) {
    RouterLink avoided = detours.avoided(slot);
    RouterLink other = avoided == null ? null : peers.ownerWithout(slot, avoided);
    return other == null ? peers.owner(slot) : other;
  }

  private Taken send(int slot, RouterLink link, MailboxRequest.Builder request, Consumer<RouterLink.Reply> callback) {
    return link == null ? Taken.UNREACHABLE : link.request(request, reply -> {
      if (reply.dispatch() != null) {
        heard(slot, link, reply.response());
      }
      callback.accept(reply);
    });
  }

  private void heard(int slot, RouterLink link, MailboxResponse response) {
    if (!response.hasRefusal()) {
      detours.answered(slot, link);
    } else if (response.getRefusal().getReason() == Reason.REASON_UNAVAILABLE) {
      detours.refused(slot, link);
    }
  }

  /// The id whose slot decides: the conversation's, or the caller's where it is about the user.
  private static String routedBy(MailboxRequest.Builder request) {
    return switch (request.getOperationCase()) {
      case APPEND -> request.getAppend().getConversationId();
      case OPEN_POSITIONS -> request.getOpenPositions().getConversationIds(0);
      case READ_CHANGES -> request.getReadChanges().getConversationId();
      case READ_RANGE -> request.getReadRange().getConversationId();
      case SAVE_CURSORS -> request.getSaveCursors().getCursors(0).getConversationId();
      case SAVE_READ_MARK -> request.getSaveReadMark().getConversationId();
      case LIST_RECEIPTS -> request.getListReceipts().getConversationId();
      case DESCRIBE_CONVERSATION -> request.getDescribeConversation().getConversationId();
      case READ_ROSTER -> request.getReadRoster().getConversationId();
      case TRACE_ENTRY -> request.getTraceEntry().getConversationId();
      case READ_ACTIVITY -> request.getReadActivity().getConversationId();
      case READ_MARKS, LIST_MEMBERSHIPS, LIST_ACTIVITY, REGISTER_DEVICE, LIST_DEVICES, REVOKE, COMPLETE_SYNC,
          DERIVE_CONVERSATION_ID, RENAME_DEVICE, SAVE_LAST_SEEN, SET_PRESENCE_VISIBILITY, REPORT_UNREACHABLE,
          OPERATION_NOT_SET ->
          request.getCaller().getUserId();
      case DESCRIBE_PRESENCE -> request.getDescribePresence().getUserId();
    };
  }

  private final class LoopPort implements RouterPort {
    private final SessionLoop loop;
    private final SendLanes<RouterLink> lanes = new SendLanes<>();

    LoopPort(SessionLoop loop) {
      this.loop = loop;
    }

    @Override
    public Taken request(MailboxRequest.Builder request, Answer answer) {
      int slot = slots.of(routedBy(request));
      return request.hasAppend() ? append(slot, request, answer) : send(slot, linkOf(slot), request, onLoop(answer));
    }

    private Taken append(int slot, MailboxRequest.Builder request, Answer answer) {
      String conversationId = request.getAppend().getConversationId();
      RouterLink link = lanes.linkFor(conversationId, linkOf(slot));
      Taken taken = send(slot, link, request, onLoop((response, nowMillis) -> {
        lanes.answered(conversationId, link);
        answer.answered(response, nowMillis);
      }));
      if (taken == Taken.TAKEN) {
        // Answers come later: on this loop, never from within the request.
        lanes.sent(conversationId, link);
      }
      return taken;
    }

    private Consumer<RouterLink.Reply> onLoop(Answer answer) {
      return reply -> {
        if (reply.dispatch() != null) {
          reply.dispatch().answer(loop, answer, reply.response());
        } else if (reply.response() != null) {
          loop.execute(() -> answer.answered(reply.response(), loop.nowMillis()));
        }
      };
    }

    @Override
    public boolean typing(TypingSignalled signal) {
      RouterLink link = linkOf(slots.of(signal.getConversationId()));
      return link != null && link.typing(signal);
    }

    @Override
    public int slotOf(String conversationId) {
      return slots.of(conversationId);
    }
  }
}
