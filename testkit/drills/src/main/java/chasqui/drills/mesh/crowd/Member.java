package chasqui.drills.mesh.crowd;

import chasqui.client.TokenSource;
import chasqui.client.session.ClientEvent;
import chasqui.drills.fleet.DrillDevice;
import chasqui.drills.mesh.process.Door;
import chasqui.testkit.history.ObservationSink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/// A device of the crowd: where it is connected, when it came back, and how far it shows each conversation. Thread-safe.
public final class Member {

  private final DrillDevice device;
  private final boolean flaps;
  private final Door door;
  private final Map<String, Long> shown = new ConcurrentHashMap<>();
  private final List<Long> caughtUpNanos = Collections.synchronizedList(new ArrayList<>());
  private volatile String edge = "";
  private final List<Gap> gaps = Collections.synchronizedList(new ArrayList<>());
  private volatile long aloneSinceNanos;

  private record Gap(long fromNanos, long toNanos) {}

  Member(String user, String name, boolean flaps, Door door, Path folder, TokenSource tokens, ObservationSink history) {
    this.flaps = flaps;
    this.door = door;
    this.device = new DrillDevice(user, name, folder, tokens, history, Crowd::micros, this::on);
  }

  private void on(ClientEvent event) {
    switch (event) {
      case ClientEvent.Connected connected -> {
        edge = door.addresses().get(connected.endpoint());
        if (aloneSinceNanos != 0) {
          gaps.add(new Gap(aloneSinceNanos, System.nanoTime()));
          aloneSinceNanos = 0;
        }
      }
      case ClientEvent.CaughtUp _ -> caughtUpNanos.add(System.nanoTime());
      case ClientEvent.Disconnected _ -> {
        edge = "";
        aloneSinceNanos = System.nanoTime();
      }
      case ClientEvent.EntryReceived entry -> shown.put(entry.conversationId(), entry.entry().getSeq());
      default -> { }
    }
  }

  void connect() {
    door.let(device);
  }

  void leave() {
    device.close();
    edge = "";
  }

  DrillDevice device() {
    return device;
  }

  boolean flaps() {
    return flaps;
  }

  /// Whether it comes and goes only when the mesh makes it.
  public boolean stays() {
    return !flaps;
  }

  /// The longest time, in milliseconds, for which it had no stream, of those that began after a moment.
  public double longestGapAfter(long nanos) {
    long now = System.nanoTime();
    long alone = aloneSinceNanos;
    long open = alone != 0 && alone - nanos > 0 ? now - alone : 0;
    synchronized (gaps) {
      return Math.max(open, gaps.stream().filter(gap -> gap.fromNanos() - nanos > 0)
          .mapToLong(gap -> gap.toNanos() - gap.fromNanos()).max().orElse(0)) / 1e6;
    }
  }

  /// The address of the edge that its newest stream goes to; empty while there is none.
  public String edge() {
    return edge;
  }

  boolean online() {
    return !caughtUpNanos.isEmpty();
  }

  /// When it had first caught up again after a moment.
  public OptionalLong caughtUpAfter(long nanos) {
    synchronized (caughtUpNanos) {
      return caughtUpNanos.stream().mapToLong(Long::longValue).filter(at -> at - nanos > 0).min();
    }
  }

  /// The last entry that it shows of a conversation; entries are shown in order, which the verdict checks by itself.
  long shows(String conversation) {
    return shown.getOrDefault(conversation, 0L);
  }

  public String name() {
    return device.name();
  }
}
