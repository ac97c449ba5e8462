package chasqui.edge.session;

import chasqui.link.Allowance;
import chasqui.mailbox.v1.MailboxResponse;
import java.util.function.LongConsumer;

/// How often one stream has its token and its device checked. A signature is checked on the thread of many streams, and
/// whether the device was signed out is asked of its owner.
final class TokenChecks {

  /// Fresh tokens that are looked at, at once and in the long run. A client sends one for each that ends; none lives for
  /// less than some seconds.
  static final int REFRESHES_PER_MINUTE = 10;

  private final Handshake handshake;
  private final LongConsumer signedOut;
  private final Allowance refreshes;
  private boolean asking;
  // Asked again meanwhile: the answer under way may be about an older token.
  private boolean again;

  /// @param signedOut told, with the time, where the stored row says so
  TokenChecks(Handshake handshake, LongConsumer signedOut, long nowMillis) {
    this.handshake = handshake;
    this.signedOut = signedOut;
    this.refreshes = new Allowance(REFRESHES_PER_MINUTE / 60e3, REFRESHES_PER_MINUTE, nowMillis);
  }

  /// How long to wait with a fresh token, in ms; 0 where it may be looked at now, which is counted.
  long pause(long nowMillis) {
    return refreshes.take(nowMillis) ? 0 : Math.max(1, refreshes.pause(nowMillis));
  }

  /// A sign-out may have been missed: the stored row decides.
  void recheck() {
    if (asking) {
      again = true;
    } else {
      asking = handshake.register((response, now) -> answered(response, now)) == RouterPort.Taken.TAKEN;
    }
  }

  private void answered(MailboxResponse response, long nowMillis) {
    asking = false;
    if (again) {
      again = false;
      recheck();
    } else if (Refusals.isRefused(response) && !Refusals.isPassing(response)) {
      signedOut.accept(nowMillis);
    }
  }
}
