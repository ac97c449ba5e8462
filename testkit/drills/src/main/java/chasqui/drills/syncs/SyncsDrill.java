package chasqui.drills.syncs;

import chasqui.client.ChasquiClient;
import chasqui.drills.fleet.Deadline;
import chasqui.drills.fleet.DrillDevice;
import chasqui.drills.fleet.NodeProcess;
import chasqui.edge.auth.AuthConfig;
import chasqui.edge.auth.DevKeys;
import chasqui.edge.auth.TokenMinter;
import chasqui.testkit.history.History;
import chasqui.testkit.history.Observation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Runs a node under a tracer while clients send to peers that are away, so that an id on a socket is an ack, and audits
/// the trace.
final class SyncsDrill {

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final String CALLS = "trace=write,writev,pwrite64,pwritev,sendto,sendmsg,fdatasync,fsync";

  private final String tracer;
  private final int clients;
  private final int messagesEach;
  private final Consumer<String> progress;

  SyncsDrill(String tracer, int clients, int messagesEach, Consumer<String> progress) {
    this.tracer = tracer;
    this.clients = clients;
    this.messagesEach = messagesEach;
    this.progress = progress;
  }

  /// @param syncWrites false switches the sync off on purpose: the audit must then find acks before their sync
  SyncAudit.Result run(Path folder, boolean syncWrites) {
    progress.accept("tracing a node with the sync " + (syncWrites ? "on" : "switched off on purpose"));
    Path trace = folder.resolve("trace");
    History history = new History();
    List<String> wrapper = List.of(
        tracer, "-f", "-qq", "-yy", "-xx", "-s", "1048576", "-e", CALLS, "-e", "signal=none", "-o", trace.toString());
    List<String> settings = syncWrites ? List.of() : List.of("store.sync-writes=false");
    try (NodeProcess node = new NodeProcess(folder.resolve("node"), wrapper, settings)) {
      node.start();
      chat(node, folder, history);
    }
    Set<String> ids = history.observations().stream()
        .filter(Observation.SendOk.class::isInstance)
        .map(ok -> ((Observation.SendOk) ok).send().messageId())
        .collect(Collectors.toSet());
    SyncAudit audit = new SyncAudit(ids);
    StraceParser parser = new StraceParser(audit::accept);
    try (Stream<String> lines = Files.lines(trace, StandardCharsets.ISO_8859_1)) {
      lines.forEach(parser::accept);
    } catch (IOException failure) {
      throw new UncheckedIOException("the trace cannot be read", failure);
    }
    return audit.result();
  }

  private void chat(NodeProcess node, Path folder, History history) {
    List<DrillDevice> devices = new ArrayList<>();
    try {
      TokenMinter minter = DevKeys.of(node.data()).minter(AuthConfig.DEFAULT.audience(), InstantSource.system());
      List<CompletableFuture<?>> sends = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        String user = "sender-" + i;
        DrillDevice device = new DrillDevice(
            user, "phone", folder.resolve("devices"), _ -> minter.mint(user, Duration.ofHours(1)), history,
            () -> System.nanoTime() / 1_000, _ -> { });
        devices.add(device);
        device.connect(node.edgeAddress());
        String conversation = ChasquiClient.await(
            device.client().conversations().createDirect("away-" + i)).getConversationId();
        for (int n = 0; n < messagesEach; n++) {
          sends.add(device.client().sendText(conversation, "message " + n));
        }
      }
      if (!Deadline.await(PATIENCE, () -> sends.stream().allMatch(CompletableFuture::isDone))) {
        throw new IllegalStateException("not every message was answered within " + PATIENCE.toSeconds() + " s");
      }
    } catch (IOException failure) {
      throw new UncheckedIOException("no development key can be made", failure);
    } finally {
      devices.forEach(DrillDevice::close);
    }
  }
}
