package chasqui.drills.demo;

import chasqui.client.ChasquiClient;
import chasqui.client.SendReceipt;
import chasqui.drills.fleet.Deadline;
import chasqui.drills.fleet.DrillDevice;
import chasqui.log.v1.Message;
import chasqui.log.v1.TextContent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// What people do in a chat besides sending messages: they see who is there, who has read and who types, mend a message,
/// react, take one back.
final class Talk {

  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Stage stage;
  private final String direct;
  private final String team;

  Talk(Stage stage, String direct, String team) {
    this.stage = stage;
    this.direct = direct;
    this.team = team;
  }

  /// Alice and bob talk; whoever else is a member is not there.
  void play(DrillDevice alice, DrillDevice bob) {
    Asides onAlicesPhone = stage.asides(alice.name());
    alice.client().watch(List.of("bob"));
    require(() -> onAlicesPhone.has(Asides.online("bob", true)), "alice sees that bob is online");
    long question = hear(alice, direct, "bob, are you there?");
    require(() -> stage.transcript(bob.name(), direct).size() >= question, "bob is shown the question");
    bob.client().markRead(direct, question);
    require(() -> onAlicesPhone.has(Asides.read("bob", question)), "alice sees that bob has read it");
    require(() -> {
      bob.client().typing(direct, true);
      return onAlicesPhone.has(Asides.typing("bob"));
    }, "alice sees that bob types");
    hear(bob, direct, "yes! on the train, the tunnel is next");
    mend(alice, bob);
    hear(alice, team, "welcome to the team");
    hear(bob, team, "hello all");
  }

  private void mend(DrillDevice alice, DrillDevice bob) {
    long arrival = hear(bob, direct, "we arrive at nine");
    settle(bob.client().changing(direct).edit(arrival, text("we arrive at eight")));
    settle(alice.client().changing(direct).react(arrival, "👍"));
    long slip = hear(alice, direct, "carol will love the telescope we got her");
    settle(alice.client().changing(direct).delete(slip));
  }

  /// Says it and waits until it is durable; answers the `seq`.
  long hear(DrillDevice device, String conversation, String text) {
    return wait(stage.say(device, conversation, text));
  }

  private void settle(CompletableFuture<SendReceipt> change) {
    wait(stage.sent(change));
  }

  private static long wait(CompletableFuture<SendReceipt> sent) {
    return ChasquiClient.await(sent.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)).seq();
  }

  private static Message text(String text) {
    return Message.newBuilder().setText(TextContent.newBuilder().setText(text)).build();
  }

  static void require(BooleanSupplier condition, String what) {
    if (!Deadline.await(PATIENCE, condition)) {
      throw new IllegalStateException("not within " + PATIENCE.toSeconds() + " s: " + what);
    }
  }
}
