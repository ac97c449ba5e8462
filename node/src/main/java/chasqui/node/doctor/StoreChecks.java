package chasqui.node.doctor;

import chasqui.discovery.CrashPoints;
import chasqui.mailbox.store.StoreOpenException;
import chasqui.mailbox.store.embedded.EmbeddedStore;
import chasqui.mailbox.store.embedded.EmbeddedStoreConfig;
import chasqui.store.v1.DataSetRow;
import io.opentelemetry.api.OpenTelemetry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;

/// The data set: whether this version can open it.
final class StoreChecks {

  private StoreChecks() {}

  static Finding dataSet(Path data, EmbeddedStoreConfig config) {
    if (!Files.isDirectory(data.resolve("rocksdb"))) {
      return Finding.ok("store", "no messages yet: the first start makes the data set");
    }
    try (EmbeddedStore store = EmbeddedStore.open(config, InstantSource.system(), new SecureRandom(),
        OpenTelemetry.noop().getMeter("doctor"), (what, cause) -> {}, CrashPoints.NONE)) {
      DataSetRow row = store.dataSet();
      return Finding.ok("store", "opens: schema " + row.getSchemaVersion() + ", " + row.getSlots() + " slots, made "
          + Instant.EPOCH.plusMillis(row.getCreatedMicros() / 1000));
    } catch (StoreOpenException refused) {
      return refused.reason() == StoreOpenException.Reason.IN_USE
          ? Finding.ok("store", "open in the node that runs")
          : Finding.fail("store", refused.getMessage());
    }
  }
}
