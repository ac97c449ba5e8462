package chasqui.drills.sim.device;

import chasqui.client.FrameTap;
import chasqui.client.session.ClientEvent;
import chasqui.client.session.DurableState;
import chasqui.client.session.StopCause;
import chasqui.client.session.StoreRecord;
import chasqui.client.session.Submission;
import chasqui.drills.fleet.Witness;
import chasqui.drills.sim.mesh.SimTokens;
import chasqui.edge.v1.Send;
import chasqui.log.v1.Message;
import chasqui.log.v1.TextContent;
import chasqui.testkit.history.ObservationSink;
import chasqui.testkit.sim.SimNetwork;
import chasqui.testkit.sim.SimNode;
import chasqui.testkit.sim.SimWorld;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/// A device: its node and data folder, which outlive its runs, and the run of now.
public final class SimDevice {
  private static final long CLOSE_NANOS = 2_000_000_000L;

  private final SimNode node;
  private final SimNetwork network;
  private final ClientDisk disk;
  private final String user;
  private final String deviceId;
  private final List<String> edges;
  private final Habits habits;
  private final InstantSource tokenClock;
  private final Witness witness;
  private final Screen screen;
  private final Consumer<String> complaint;
  private Consumer<ClientEvent> onlooker = _ -> {};
  private DeviceRun run;
  private boolean away;
  private long runs;

  /// @param tokenClock what the issuer of tokens goes by
  public SimDevice(
      SimWorld world, String user, String deviceId, List<String> edges, Habits habits, InstantSource tokenClock,
      ObservationSink history) {
    this.node = world.node(user + "-" + deviceId);
    this.network = world.network();
    this.disk = new ClientDisk(world.<List<StoreRecord>>disk(node));
    this.user = user;
    this.deviceId = deviceId;
    this.edges = List.copyOf(edges);
    this.habits = habits;
    this.tokenClock = tokenClock;
    this.witness = new Witness(user, deviceId, history, () -> world.scheduler().nowNanos() / 1_000);
    this.screen = new Screen(witness::on);
    this.complaint = world::violation;
  }

  /// Starts the device, and again whenever its node does.
  public void start() {
    node.start(_ -> {
      run = null;
      if (!away) {
        begin();
      }
    });
  }

  private void begin() {
    DurableState restored = disk.open();
    if (habits.keepsPositions()) {
      restored = restored.withPositions(screen.positions());
    }
    screen.restarted(restored.positions());
    runs++;
    run = new DeviceRun(this, node, restored);
    run.start();
  }

  /// Closes the SDK for a while, as when the application ends.
  public void leave() {
    away = true;
    node.execute(() -> {
      DeviceRun closing = run;
      if (closing != null) {
        closing.close();
        node.schedule(CLOSE_NANOS, () -> {
          closing.drop();
          if (run == closing) {
            run = null;
          }
          if (!away) {
            begin();
          }
        });
      }
    });
  }

  public void comeBack() {
    if (!away) {
      return;
    }
    away = false;
    node.execute(() -> {
      if (run == null) {
        begin();
      }
    });
  }

  /// Sends a text, if the device runs.
  public void send(String conversation, String text) {
    node.execute(() -> {
      if (run != null) {
        Message.Builder message = Message.newBuilder().setText(TextContent.newBuilder().setText(text));
        int mentioned = (int) node.random().between(0, habits().watched().size());
        if (mentioned < habits().watched().size()) {
          message.addMentionedUsers(habits().watched().get(mentioned));
        }
        run.submit(Send.newBuilder().setConversationId(conversation).setMessage(message).build(), _ -> {});
      }
    });
  }

  /// Hands a message or a change to the SDK, if the device runs.
  public void submit(Send send, Consumer<Submission> told) {
    node.execute(() -> {
      if (run != null) {
        run.submit(send, told);
      }
    });
  }

  /// The person read up to a place, if the device runs.
  public void read(String conversation, long seq) {
    node.execute(() -> {
      if (run != null) {
        run.read(conversation, seq);
      }
    });
  }

  /// Somebody sees, from here on, what the application is told.
  public void watchedBy(Consumer<ClientEvent> other) {
    onlooker = other;
  }

  /// Whether messages can be handed in: it lives, and its SDK is not closed.
  public boolean isRunning() {
    return node.isAlive() && run != null && run.isOpen();
  }

  /// Nothing waits: no message for its answer, no gap for its range, no event for the listener.
  public boolean isQuiet() {
    return node.isAlive() && run != null && run.isQuiet();
  }

  public String describe() {
    return name() + (run == null ? " away" : " with " + run.unanswered() + " unanswered");
  }

  public String user() {
    return user;
  }

  public String deviceId() {
    return deviceId;
  }

  /// As histories name it.
  public String name() {
    return witness.device();
  }

  /// As the simulation names its node.
  public String nodeName() {
    return node.name();
  }

  /// How far the conversation was shown.
  public long shown(String conversation) {
    return screen.seq(conversation);
  }

  SimNetwork network() {
    return network;
  }

  List<String> edges() {
    return edges;
  }

  Habits habits() {
    return habits;
  }

  FrameTap tap() {
    return witness;
  }

  ClientDisk disk() {
    return disk;
  }

  Screen screen() {
    return screen;
  }

  long runs() {
    return runs;
  }

  String token() {
    return SimTokens.token(user, tokenClock, habits.tokenSeconds());
  }

  void show(ClientEvent event) {
    if (event instanceof ClientEvent.Stopped(StopCause cause, String message) && cause != StopCause.CLOSED) {
      complaint.accept(name() + " ended itself: " + cause + ", " + message);
    }
    screen.show(event);
    onlooker.accept(event);
  }
}
