package chasqui.edge.auth;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keys read again in the background. What cannot be read changes nothing: the last good set stays.
public final class RefreshingKeys implements KeySource, AutoCloseable {

  /// An unknown key id brings the next reading forward to this, so that forged ids cannot make us hammer the issuer.
  static final Duration EARLY = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(RefreshingKeys.class);
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("outcome");

  private final JwksLoader loader;
  private final ScheduledExecutorService background;
  private final LongCounter refreshes;
  private final AtomicBoolean early = new AtomicBoolean();
  private final ScheduledFuture<?> periodic;
  private volatile VerifyingKeys current;

  private RefreshingKeys(JwksLoader loader, VerifyingKeys first, Duration every, ScheduledExecutorService background, Meter meter) {
    this.loader = loader;
    this.current = first;
    this.background = background;
    this.refreshes = meter.counterBuilder("chasqui.auth.key_refreshes").setDescription("Readings of the JWKS, by outcome").build();
    this.periodic = background.scheduleWithFixedDelay(this::refresh, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Reads the keys now, on the caller's thread, and from then on in the background, whose threads may block.
  ///
  /// @param location a file or an URL
  /// @throws UnusableKeysException if the first reading fails
  public static RefreshingKeys start(String location, Duration every, ScheduledExecutorService background, Meter meter) {
    return start(JwksLoader.of(location), location, every, background, meter);
  }

  static RefreshingKeys start(
      JwksLoader loader, String location, Duration every, ScheduledExecutorService background, Meter meter) {
    return new RefreshingKeys(loader, read(loader, location), every, background, meter);
  }

  /// Reads the keys now, on the caller's thread.
  ///
  /// @throws UnusableKeysException if they cannot be had
  public static VerifyingKeys readOnce(String location) {
    return read(JwksLoader.of(location), location);
  }

  private static VerifyingKeys read(JwksLoader loader, String location) {
    try {
      return VerifyingKeys.parse(loader.load());
    } catch (IOException unreadable) {
      throw new UnusableKeysException("the keys at " + location + " cannot be read: " + unreadable);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new UnusableKeysException("interrupted while the keys at " + location + " were read");
    }
  }

  @Override
  public VerifyingKeys current() {
    return current;
  }

  @Override
  public void missed() {
    if (early.compareAndSet(false, true)) {
      background.schedule(this::refreshEarly, EARLY.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void refreshEarly() {
    early.set(false);
    refresh();
  }

  private void refresh() {
    try {
      current = VerifyingKeys.parse(loader.load());
      refreshes.add(1, Attributes.of(OUTCOME, "ok"));
    } catch (IOException | UnusableKeysException failed) {
      refreshes.add(1, Attributes.of(OUTCOME, "failed"));
      LOG.atWarn().addKeyValue("cause", failed.getMessage()).log("keys not refreshed; the last good set stays");
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    periodic.cancel(true);
  }
}
