package chasqui.mailbox.store.embedded;

import java.util.function.BiConsumer;
import org.rocksdb.AbstractEventListener;
import org.rocksdb.BackgroundErrorReason;
import org.rocksdb.Status;

/// Hears of errors in flushes, compactions and writes, and refuses RocksDB's own recovery from them: what is trusted again
/// after an error, and when, is decided here and nowhere else. Called on threads of RocksDB.
///
/// RocksDB knows more reasons than its Java does: of an error in a manifest this hears nothing (RocksDB prints a stack trace
/// instead), and the next write meets it.
final class BackgroundErrors extends AbstractEventListener {
  private final BiConsumer<BackgroundErrorReason, Status> heard;

  BackgroundErrors(BiConsumer<BackgroundErrorReason, Status> heard) {
    super(EnabledEventCallback.ON_BACKGROUND_ERROR, EnabledEventCallback.ON_ERROR_RECOVERY_BEGIN);
    this.heard = heard;
  }

  @Override
  public void onBackgroundError(BackgroundErrorReason reason, Status status) {
    heard.accept(reason, status);
  }

  @Override
  public boolean onErrorRecoveryBegin(BackgroundErrorReason reason, Status status) {
    return false;
  }
}
