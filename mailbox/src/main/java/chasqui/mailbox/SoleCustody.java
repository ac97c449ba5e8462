package chasqui.mailbox;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// The custody of a process that alone has its data open: it owns every slot, for as long as it lives.
public final class SoleCustody implements Custody {

  /// Known to the stripe, which then goes on at once instead of by an event.
  static final CompletionStage<Boolean> CONFIRMED = CompletableFuture.completedStage(true);

  @Override
  public boolean serves(int slot) {
    return true;
  }

  @Override
  public long epoch(int slot) {
    return 1;
  }

  @Override
  public CompletionStage<Boolean> confirm(int stripe) {
    return CONFIRMED;
  }
}
