package chasqui.drills.syncs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Holds each ack against the log: was the entry written, and was the file synced from after the write to before the ack?
final class SyncAudit {

  /// @param acks first acks of messages of the run
  /// @param syncs syncs of log files
  /// @param early acks that left before their sync: their entry was written later, or not synced since
  /// @param unseen messages of the run of which the ack or the write was not recognised: RocksDB cuts a record at the
  ///     end of a 32 KiB block, and an id may lie across it
  record Result(long acks, long syncs, long early, long unseen) {

    /// The line that the drill prints.
    String line() {
      return "acks " + acks + ", syncs " + syncs + ", acks before their sync " + early;
    }
  }

  private record Written(String file, long ended) {}

  private record Sync(long began, long ended) {}

  private final Set<String> ids;
  private final Map<String, Written> written = new HashMap<>();
  private final Map<String, List<Sync>> syncs = new HashMap<>();
  private final Map<String, Long> acked = new HashMap<>();

  /// @param ids the ids (hexadecimal) of the messages that clients saw acked
  SyncAudit(Set<String> ids) {
    this.ids = new HashSet<>(ids);
  }

  void accept(SyscallEvent event) {
    switch (event) {
      case SyscallEvent.LogWritten(long _, long ended, String file, List<String> of) -> {
        for (String id : of) {
          if (ids.contains(id)) {
            written.putIfAbsent(id, new Written(file, ended));
          }
        }
      }
      case SyscallEvent.Synced(long began, long ended, String file) -> {
        if (file.endsWith(".log")) {
          syncs.computeIfAbsent(file, _ -> new ArrayList<>()).add(new Sync(began, ended));
        }
      }
      case SyscallEvent.AcksSent(long began, long _, List<String> of) -> {
        for (String id : of) {
          if (ids.contains(id)) {
            acked.putIfAbsent(id, began);
          }
        }
      }
    }
  }

  Result result() {
    long early = acked.entrySet().stream()
        .filter(ack -> written.containsKey(ack.getKey()) && !synced(ack.getKey(), ack.getValue()))
        .count();
    long seen = acked.keySet().stream().filter(written::containsKey).count();
    long all = syncs.values().stream().mapToLong(List::size).sum();
    return new Result(acked.size(), all, early, ids.size() - seen);
  }

  private boolean synced(String id, long ackBegan) {
    Written entry = written.get(id);
    return syncs.getOrDefault(entry.file(), List.of()).stream()
        .anyMatch(sync -> sync.began() > entry.ended() && sync.ended() < ackBegan);
  }
}
