package chasqui.mailbox.store.embedded;

import chasqui.discovery.CrashPoints;
import chasqui.mailbox.store.FatalHandler;
import chasqui.mailbox.store.StoreFixture;
import chasqui.mailbox.store.StoreOpenException;
import io.opentelemetry.api.OpenTelemetry;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/// Embedded stores for tests: small buffers, no reserve unless a test wants one, a fatal error fails the test.
final class Stores {
  private static final long MIB = 1 << 20;
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private Stores() {}

  static EmbeddedStoreConfig config(Path folder) {
    return EmbeddedStoreConfig.defaults(folder.resolve("data"), StoreFixture.SLOTS)
        .withSpaceReserveBytes(0)
        .withMemory(new EmbeddedStoreConfig.Memory(8 * MIB, 4 * MIB, 16 * MIB, 128));
  }

  static EmbeddedStore open(EmbeddedStoreConfig config, InstantSource clock) throws StoreOpenException {
    return EmbeddedStore.open(config, surroundings(clock, Stores::unexpected, CrashPoints.NONE, () -> Long.MAX_VALUE));
  }

  static EmbeddedStore open(EmbeddedStoreConfig config) throws StoreOpenException {
    return open(config, () -> NOON);
  }

  static Surroundings surroundings(
      InstantSource clock, FatalHandler fatal, CrashPoints points, LongSupplier usableBytes) {
    return new Surroundings(
        clock, new SecureRandom(), OpenTelemetry.noop().getMeter("test"), fatal, points, usableBytes);
  }

  private static void unexpected(String what, Throwable cause) {
    throw new AssertionError("unexpected fatal error: " + what, cause);
  }
}
