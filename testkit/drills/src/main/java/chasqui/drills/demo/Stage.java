package chasqui.drills.demo;

import chasqui.client.SendReceipt;
import chasqui.client.session.ClientEvent;
import chasqui.drills.fleet.DrillDevice;
import chasqui.drills.fleet.InFlight;
import chasqui.drills.fleet.Latencies;
import chasqui.testkit.history.History;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/// The place and the devices of the demo, and what they saw.
final class Stage implements AutoCloseable {

  private static final Duration TOKEN_TTL = Duration.ofHours(1);

  private final Path folder;
  private final Place place;
  private final History history = new History();
  private final InFlight inFlight = new InFlight(history);
  private final Latencies calm = new Latencies();
  private final Latencies stormy = new Latencies();
  private final Map<String, DrillDevice> devices = new LinkedHashMap<>();
  private final Map<String, Transcript> transcripts = new ConcurrentHashMap<>();
  private final Map<String, Asides> asides = new ConcurrentHashMap<>();
  private final List<CompletableFuture<?>> sends = new ArrayList<>();
  private boolean storm;

  /// @param folder holds the devices' data
  Stage(Path folder, Place place) {
    this.folder = folder;
    this.place = place;
  }

  Place place() {
    return place;
  }

  /// Brings a device online, for the first time or again.
  DrillDevice online(String user, String deviceId) {
    String name = user + "/" + deviceId;
    DrillDevice device = devices.computeIfAbsent(name, _ -> new DrillDevice(
        user, deviceId, folder.resolve("devices"), _ -> place.tokens().mint(user, TOKEN_TTL), inFlight,
        () -> System.nanoTime() / 1_000, event -> shown(name, event)));
    place.door().let(device);
    return device;
  }

  private void shown(String device, ClientEvent event) {
    if (event instanceof ClientEvent.EntryReceived entry) {
      transcript(device, entry.conversationId()).show(entry);
    } else {
      asides(device).show(event);
    }
  }

  /// What a device shows beside the messages.
  Asides asides(String device) {
    return asides.computeIfAbsent(device, _ -> new Asides());
  }

  /// What a device shows of a conversation.
  Transcript transcript(String device, String conversation) {
    return transcripts.computeIfAbsent(device + " " + conversation, _ -> new Transcript());
  }

  /// Sends, and notes how long the answer took.
  CompletableFuture<SendReceipt> say(DrillDevice device, String conversation, String text) {
    long start = System.nanoTime();
    Latencies latencies = storm ? stormy : calm;
    return sent(device.client().sendText(conversation, text).whenComplete((_, failure) -> {
      if (failure == null) {
        latencies.took(start, System.nanoTime());
      }
    }));
  }

  /// Remembers a send until it is answered.
  CompletableFuture<SendReceipt> sent(CompletableFuture<SendReceipt> send) {
    sends.add(send);
    return send;
  }

  /// Whether every send has its final answer.
  boolean settled() {
    return sends.stream().allMatch(CompletableFuture::isDone);
  }

  InFlight inFlight() {
    return inFlight;
  }

  History history() {
    return history;
  }

  /// From here on, answers may have to wait for a crash.
  void stormBegins() {
    storm = true;
  }

  /// Of what was said before the storm.
  Latencies calm() {
    return calm;
  }

  /// Of what was said in it.
  Latencies stormy() {
    return stormy;
  }

  @Override
  public void close() {
    devices.values().forEach(DrillDevice::close);
    place.close();
  }
}
