package chasqui.testkit.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import chasqui.testkit.check.Judge;
import chasqui.testkit.history.Entry;
import chasqui.testkit.history.History;
import chasqui.testkit.history.Observation.DeviceRegistered;
import chasqui.testkit.history.Observation.EntryShown;
import chasqui.testkit.history.Observation.MemberJoined;
import chasqui.testkit.history.Observation.SendInvoked;
import chasqui.testkit.history.Observation.SendOk;
import chasqui.testkit.history.Observation.Watching;
import chasqui.testkit.history.PayloadHash;
import chasqui.testkit.history.Send;
import chasqui.testkit.history.View;
import chasqui.testkit.sim.FaultMenu.Kind;
import chasqui.testkit.sim.FaultMenu.Pair;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A whole little chat server with one writer and one reader, right or with a bug, to see that the simulator finds bugs
/// and repeats itself.
final class ToyChat implements Simulation {
  enum Bug {
    NONE,
    /// Answers before the sync.
    ACKS_TOO_EARLY,
    /// Takes a retry for a new message.
    FORGETS_IDS,
    /// Asks something that is not of the simulation.
    LOOKS_OUTSIDE
  }

  private static final long SECOND = 1_000_000_000;
  private static final int MESSAGES = 20;
  private static int runs;

  private final Bug bug;

  ToyChat(Bug bug) {
    this.bug = bug;
  }

  @Override
  public void play(SimWorld world) {
    new Run(world, bug).play();
  }

  private static final class Run {
    private final SimWorld world;
    private final Bug bug;
    private final History history = new History();
    private final SimDisk<String> disk;

    Run(SimWorld world, Bug bug) {
      this.world = world;
      this.bug = bug;
      this.disk = world.disk(world.node("server"));
    }

    void play() {
      history.accept(new DeviceRegistered("wanda", "writer", Watching.LISTENER, 0));
      history.accept(new DeviceRegistered("rita", "reader", Watching.LISTENER, 0));
      history.accept(new MemberJoined("wanda", "talk", 0));
      history.accept(new MemberJoined("rita", "talk", 0));
      world.node("server").start(self -> world.network().listen(self, new Server()::accept));
      world.node("writer").start(self -> new Writer(self).connect());
      world.node("reader").start(self -> new Reader(self).begin());
      world.faults(new FaultMenu(
          List.of(Kind.CRASH, Kind.PARTITION, Kind.BREAK, Kind.PAUSE, Kind.SLOW_DISK, Kind.CRASH_AT),
          List.of("server"),
          List.of("server"),
          List.of(new Pair("writer", "server"), new Pair("reader", "server")),
          List.of("after-write"),
          20 * SECOND,
          5 * SECOND,
          6));
      world.scheduler().runUntil(25 * SECOND);
      world.heal();
      world.scheduler().runUntil(120 * SECOND);
      Judge judge = new Judge();
      history.observations().forEach(judge::accept);
      world.judge(judge.verdict());
    }

    private Send send(String id) {
      return new Send("wanda", "writer", "talk", id);
    }

    /// The log is what the disk holds; a connection sends `id` to append or `after n` to read.
    private final class Server {
      private final List<String> log = new ArrayList<>(disk.contents());
      private final Map<String, Integer> places = new HashMap<>();

      Server() {
        for (int i = 0; i < log.size(); i++) {
          places.putIfAbsent(log.get(i), i + 1);
        }
        if (bug == Bug.LOOKS_OUTSIDE) {
          world.node("server").schedule(++runs, () -> {});
        }
      }

      ConnectionListener accept(SimConnection connection) {
        return message -> {
          String text = new String(message, UTF_8);
          if (text.startsWith("after ")) {
            read(connection, Integer.parseInt(text.substring(6)));
          } else {
            append(connection, text);
          }
        };
      }

      private void read(SimConnection connection, int after) {
        int durable = disk.contents().size();
        for (int i = after; i < durable && connection.isReady(); i++) {
          connection.send(((i + 1) + " " + disk.contents().get(i)).getBytes(UTF_8));
        }
      }

      private void append(SimConnection connection, String id) {
        Integer place = bug == Bug.FORGETS_IDS ? null : places.get(id);
        if (place != null && place <= disk.contents().size()) {
          answer(connection, id, place);
        } else if (place == null) {
          log.add(id);
          int seq = log.size();
          places.put(id, seq);
          if (bug == Bug.ACKS_TOO_EARLY) {
            answer(connection, id, seq);
          }
          disk.write(id, _ -> {
            world.node("server").crashPoints().reach("after-write");
            answer(connection, id, seq);
          });
        }
      }

      private void answer(SimConnection connection, String id, int seq) {
        connection.send((id + " " + seq).getBytes(UTF_8));
      }
    }

    /// Sends one message after the other, each until it is answered.
    private final class Writer implements ConnectionListener {
      private final SimNode self;
      private SimConnection connection;
      private int next = 1;

      Writer(SimNode self) {
        this.self = self;
      }

      void connect() {
        connection = world.network().connect(self, "server", this);
        trySending();
      }

      private void trySending() {
        if (next > MESSAGES) {
          return;
        }
        int trying = next;
        SimConnection on = connection;
        history.accept(new SendInvoked(send("m" + next), PayloadHash.of("m" + next), world.scheduler().nowNanos() / 1000));
        connection.send(("m" + next).getBytes(UTF_8));
        self.schedule(2 * SECOND, () -> {
          if (next == trying && on == connection) {
            connection.abort("no answer");
            connect();
          }
        });
      }

      @Override
      public void onMessage(byte[] message) {
        String[] answer = new String(message, UTF_8).split(" ");
        history.accept(new SendOk(send(answer[0]), "w", 1, Long.parseLong(answer[1]), world.scheduler().nowNanos() / 1000));
        if (answer[0].equals("m" + next)) {
          next++;
          self.schedule(self.random().nextLong(SECOND), this::trySending);
        }
      }

      @Override
      public void onBroken(String why) {
        self.schedule(SECOND / 2, this::connect);
      }
    }

    /// Asks again and again for what stands after the last entry it has.
    private final class Reader implements ConnectionListener {
      private final SimNode self;
      private SimConnection connection;
      private int have;

      Reader(SimNode self) {
        this.self = self;
      }

      void begin() {
        connect();
        self.schedule(10 * SECOND, this::renew);
      }

      private void connect() {
        connection = world.network().connect(self, "server", this);
        ask(connection);
      }

      private void ask(SimConnection on) {
        if (on == connection) {
          connection.send(("after " + have).getBytes(UTF_8));
          self.schedule(SECOND, () -> ask(on));
        }
      }

      /// The other end may be gone without a word: asks on a fresh connection now and then.
      private void renew() {
        if (connection != null) {
          connection.abort("renewed");
          connect();
        }
        self.schedule(10 * SECOND, this::renew);
      }

      @Override
      public void onMessage(byte[] message) {
        String[] entry = new String(message, UTF_8).split(" ");
        int seq = Integer.parseInt(entry[0]);
        if (seq > have) {
          have = seq;
          Entry shown = Entry.message(seq, send(entry[1]), PayloadHash.of(entry[1]));
          history.accept(new EntryShown(new View("reader", "talk", 1), shown, world.scheduler().nowNanos() / 1000));
        }
      }

      @Override
      public void onBroken(String why) {
        connection = null;
        self.schedule(SECOND / 2, this::connect);
      }
    }
  }
}
