package chasqui.mailbox.store.embedded;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deletes expired marks, once for each day that has passed. Looks often and does next to nothing: marks are ordered by
/// day, so a day is one range and its files go as a whole.
final class Upkeep implements Runnable, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Upkeep.class);
  private static final long LOOK_EVERY_SECONDS = 60;

  private final Runnable pass;
  private final CountDownLatch closed = new CountDownLatch(1);

  Upkeep(Runnable pass) {
    this.pass = pass;
  }

  @Override
  public void run() {
    try {
      do {
        look();
      } while (!closed.await(LOOK_EVERY_SECONDS, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      log.warn("upkeep was interrupted and ends", e);
    }
  }

  private void look() {
    try {
      pass.run();
    } catch (RuntimeException e) {
      log.warn("expired marks were not deleted now; the next pass tries again", e);
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
