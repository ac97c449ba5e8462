package chasqui.client;

import chasqui.people.v1.GetPresenceRequest;
import chasqui.people.v1.GetPresenceResponse;
import chasqui.people.v1.GetPresenceVisibilityRequest;
import chasqui.people.v1.GetPresenceVisibilityResponse;
import chasqui.people.v1.PresenceServiceGrpc;
import chasqui.people.v1.PresenceVisibility;
import chasqui.people.v1.SetPresenceVisibilityRequest;
import chasqui.people.v1.UserPresence;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Who is online, asked once, and what the user shows of themselves. Whom a screen shows is better watched:
/// [ChasquiClient#watch]. A failed future holds a [ChasquiException].
public final class People {
  private final UnaryCalls calls;

  People(UnaryCalls calls) {
    this.calls = calls;
  }

  /// How these users are now, in this order: at most 200, each once. Who may not be seen is unknown, as one who does not
  /// exist.
  public CompletableFuture<List<UserPresence>> presence(Collection<String> userIds) {
    var request = GetPresenceRequest.newBuilder().addAllUserIds(userIds).build();
    return calls.call(PresenceServiceGrpc.getGetPresenceMethod(), request).thenApply(GetPresenceResponse::getPresencesList);
  }

  /// What the user shows of their presence.
  public CompletableFuture<PresenceVisibility> visibility() {
    return calls.call(
            PresenceServiceGrpc.getGetPresenceVisibilityMethod(), GetPresenceVisibilityRequest.getDefaultInstance())
        .thenApply(GetPresenceVisibilityResponse::getVisibility);
  }

  /// Chooses what the user shows, and is told of others at the most. In force everywhere at once.
  public CompletableFuture<Void> show(PresenceVisibility visibility) {
    var request = SetPresenceVisibilityRequest.newBuilder().setVisibility(visibility).build();
    return calls.call(PresenceServiceGrpc.getSetPresenceVisibilityMethod(), request).thenAccept(_ -> {});
  }
}
