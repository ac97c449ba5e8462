package chasqui.edge.server;

import chasqui.link.Link;
import chasqui.link.LinkLimits;
import chasqui.link.LinkListener;
import chasqui.presence.v1.FromPresence;
import chasqui.presence.v1.FromPresenceItem;
import chasqui.presence.v1.Look;
import chasqui.presence.v1.PresenceLinkServiceGrpc;
import chasqui.presence.v1.Seen;
import chasqui.presence.v1.ToPresence;
import chasqui.presence.v1.ToPresenceItem;
import chasqui.presence.v1.UserPresence;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/// Keeps what edges say of presence, in short words, and tells them what a test wants told.
final class FakePresence extends PresenceLinkServiceGrpc.PresenceLinkServiceImplBase {

  final List<String> said = new CopyOnWriteArrayList<>();
  final List<Look> looks = new CopyOnWriteArrayList<>();
  /// What is answered when somebody looks; nothing at all for null.
  volatile Function<String, Optional<Boolean>> answers = userId -> Optional.empty();
  /// The links of edges, in the order in which they were opened.
  final List<Link<FromPresenceItem, FromPresence>> links = new CopyOnWriteArrayList<>();

  @Override
  public StreamObserver<ToPresence> attach(StreamObserver<FromPresence> responses) {
    return Link.serve(
        responses, (List<FromPresenceItem> items) -> FromPresence.newBuilder().addAllItems(items).build(),
        LinkLimits.DEFAULT,
        link -> {
          links.add(link);
          return new LinkListener<ToPresence>() {
            @Override
            public void onFrame(ToPresence frame) {
              frame.getItemsList().forEach(item -> {
                said.add(word(item));
                if (item.hasLook()) {
                  looked(link, item.getLook());
                }
              });
            }

            @Override
            public void onBroken(Status why) {}
          };
        });
  }

  private void looked(Link<FromPresenceItem, FromPresence> link, Look look) {
    looks.add(look);
    Optional<Boolean> online = answers.apply(look.getUserId());
    if (online != null) {
      Seen.Builder seen = Seen.newBuilder().setRequestId(look.getRequestId());
      online.ifPresent(seen::setOnline);
      link.offer(FromPresenceItem.newBuilder().setSeen(seen).build());
    }
  }

  /// On the newest link.
  void tell(String userId, boolean online) {
    tell(links.getLast(), userId, online);
  }

  static void tell(Link<FromPresenceItem, FromPresence> link, String userId, boolean online) {
    link.offer(FromPresenceItem.newBuilder()
        .setTold(UserPresence.newBuilder().setUserId(userId).setOnline(online)).build());
  }

  long count(String word) {
    return said.stream().filter(word::equals).count();
  }

  private static String word(ToPresenceItem item) {
    return switch (item.getItemCase()) {
      case HELLO -> "hello " + item.getHello().getNodeId();
      case HERE -> "here " + item.getHere().getUserId();
      case LEFT -> "left " + item.getLeft().getUserId();
      case WATCH -> "watch " + item.getWatch().getUserId();
      case LOOK -> "look " + item.getLook().getUserId();
      case UNWATCH -> "unwatch " + item.getUnwatch().getUserId();
      case VOUCH, ITEM_NOT_SET -> throw new AssertionError("nothing said");
    };
  }
}
