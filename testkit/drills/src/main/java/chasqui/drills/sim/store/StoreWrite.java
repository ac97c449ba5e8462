package chasqui.drills.sim.store;

import chasqui.mailbox.store.CursorStore.Cursor;
import chasqui.mailbox.store.WatermarkStore.Watermark;
import chasqui.store.v1.DataSetRow;
import chasqui.store.v1.DeviceRow;
import chasqui.store.v1.JournalBatch;
import chasqui.store.v1.UserRow;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// One write as it stands on the disk: there as a whole or not at all.
public sealed interface StoreWrite {

  /// The first one of a data set.
  record Created(DataSetRow row) implements StoreWrite {}

  record Journaled(int stripe, JournalBatch batch) implements StoreWrite {}

  record Cursors(String userId, String deviceId, Map<String, Cursor> cursors) implements StoreWrite {
    public Cursors {
      // A copy in the given order: the JDK's own immutable maps have another order in every process.
      cursors = Collections.unmodifiableMap(new LinkedHashMap<>(cursors));
    }
  }

  record Watermarks(String userId, Map<String, Watermark> watermarks) implements StoreWrite {
    public Watermarks {
      watermarks = Collections.unmodifiableMap(new LinkedHashMap<>(watermarks));
    }
  }

  record Device(String userId, DeviceRow row) implements StoreWrite {}

  record DeviceRemoved(String userId, String deviceId) implements StoreWrite {}

  record User(String userId, UserRow row) implements StoreWrite {}
}
