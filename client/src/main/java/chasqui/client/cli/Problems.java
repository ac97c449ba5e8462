package chasqui.client.cli;

import chasqui.client.SendReceipt;
import chasqui.client.SendRefusedException;
import java.util.concurrent.CompletableFuture;

/// What the person asked for and did not get: shown, and remembered for the exit code.
final class Problems {
  private final Screen screen;
  private volatile boolean any;
  private volatile boolean unsent;

  Problems(Screen screen) {
    this.screen = screen;
  }

  void tell(String text) {
    any = true;
    screen.problem(text);
  }

  /// A message was refused for good.
  void notSent(String why) {
    unsent = true;
    tell("not sent: " + why);
  }

  /// Tells of a refusal that the listener is not told of.
  void follow(CompletableFuture<SendReceipt> sent) {
    sent.whenComplete((_, failure) -> {
      if (failure instanceof SendRefusedException refused && !refused.wasTried()) {
        notSent(Explain.why(refused));
      }
    });
  }

  boolean any() {
    return any;
  }

  boolean unsent() {
    return unsent;
  }
}
