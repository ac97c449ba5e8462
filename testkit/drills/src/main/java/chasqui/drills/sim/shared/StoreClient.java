package chasqui.drills.sim.shared;

import chasqui.drills.sim.store.StoreWrite;
import chasqui.mailbox.store.StoreException;
import chasqui.testkit.sim.SimNode;
import chasqui.testkit.sim.SimRandom;
import chasqui.testkit.sim.SimTimer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// One incarnation's way to the shared store: requests travel, are done at some moment or never, and are answered or not.
/// Where no answer comes in time the outcome is unknown, and what was asked for may still come true.
final class StoreClient {
  private static final long TIMEOUT_NANOS = 2_000_000_000L;
  /// A commit's rows reach each copy in so many parts.
  private static final int PARTS = 2;

  /// What a request came to, at the store.
  private record Done<T>(T value, StoreException refusal) {}

  private final SharedStoreNode store;
  private final SimNode node;
  private final String incarnation;
  private final long life;
  private final SimRandom random;
  private boolean closed;

  StoreClient(SharedStoreNode store, SimNode node, String incarnation) {
    this.store = store;
    this.node = node;
    this.incarnation = incarnation;
    this.life = node.incarnation();
    this.random = node.random().split("store client " + life);
  }

  boolean coin() {
    return random.chance(0.5);
  }

  /// Asks for something that is done at one moment.
  <T> CompletionStage<T> ask(String what, Supplier<T> work) {
    return send(what, answer -> {
      Done<T> done = attempt(work);
      store.note(incarnation + " " + what + ": " + (done.refusal() == null ? brief(done.value()) : done.refusal()));
      answer.accept(done);
    });
  }

  private static <T> Done<T> attempt(Supplier<T> work) {
    try {
      return new Done<>(work.get(), null);
    } catch (StoreException refused) {
      return new Done<>(null, refused);
    }
  }

  private static String brief(Object value) {
    String text = String.valueOf(value).replaceAll("\\s+", " ");
    return text.length() > 80 ? text.substring(0, 80) : text;
  }

  /// Writes cells to every copy, in parts, at some time each; answered once a quorum has all of them.
  ///
  /// @param meaning what has become durable then; null for what follows from a commit
  CompletionStage<Void> write(String what, List<CellWrite> cells, StoreWrite meaning) {
    return send(what, answer -> {
      store.note(incarnation + " " + what);
      if (meaning != null) {
        store.rows().writing(meaning);
      }
      Quorum quorum = new Quorum(() -> {
        if (meaning != null) {
          store.rows().durable(meaning);
        }
        answer.accept(new Done<>(null, null));
      });
      for (int number = 0; number < Replicas.COUNT; number++) {
        write(store.rows().replicas().one(number), cells, quorum);
      }
    });
  }

  private void write(Replica replica, List<CellWrite> cells, Quorum quorum) {
    SharedWeather weather = store.weather();
    int cut = cells.size() > 1 ? random.nextInt(cells.size() + 1) : 0;
    long first = missable(weather);
    long second = cut == 0 || cut == cells.size() ? first : missable(weather);
    List<CellWrite> early = cells.subList(0, cut);
    List<CellWrite> late = cells.subList(cut, cells.size());
    int[] parts = {PARTS};
    Runnable part = () -> {
      if (--parts[0] == 0) {
        quorum.copied();
      }
    };
    store.later(first, () -> {
      early.forEach(replica::write);
      part.run();
    });
    store.later(second, () -> {
      late.forEach(replica::write);
      part.run();
    });
  }

  private long missable(SharedWeather weather) {
    return random.chance(weather.missedRate())
        ? random.between(1, SharedWeather.LATE_MAX_NANOS)
        : random.between(0, weather.delayMaxNanos());
  }

  private <T> CompletionStage<T> send(String what, Consumer<Consumer<Done<T>>> work) {
    CompletableFuture<T> told = new CompletableFuture<>();
    SharedWeather weather = store.weather();
    if (closed) {
      told.completeExceptionally(new StoreException(StoreException.Reason.CLOSED, "the store is closed"));
      return told;
    }
    if (random.chance(weather.busyRate())) {
      told.completeExceptionally(new StoreException(StoreException.Reason.BUSY, "too much is under way, in simulation"));
      return told;
    }
    SimTimer timeout = node.schedule(TIMEOUT_NANOS, () -> {
      store.rows().happenings().count("requests without an answer");
      told.completeExceptionally(new StoreException("no answer to " + what + ", in simulation", null));
    });
    if (!random.chance(weather.lostRate() / 2)) {
      store.letters().post(node, SharedStoreNode.NAME, () -> arrived(work, done -> answer(done, told, timeout)));
    }
    return told;
  }

  /// At the store.
  private <T> void arrived(Consumer<Consumer<Done<T>>> work, Consumer<Done<T>> answer) {
    SharedWeather weather = store.weather();
    boolean late = random.chance(weather.lateRate());
    long delay = random.between(0, late ? SharedWeather.LATE_MAX_NANOS : weather.delayMaxNanos());
    store.later(delay, () -> work.accept(answer));
    if (random.chance(weather.twiceRate())) {
      store.later(random.between(0, SharedWeather.LATE_MAX_NANOS), () -> work.accept(_ -> {}));
    }
  }

  private <T> void answer(Done<T> done, CompletableFuture<T> told, SimTimer timeout) {
    if (random.chance(store.weather().lostRate() / 2)) {
      return;
    }
    store.letters().post(store.node(), node.name(), () -> {
      if (node.incarnation() != life || told.isDone()) {
        return;
      }
      timeout.cancel();
      if (done.refusal() == null) {
        told.complete(done.value());
      } else {
        told.completeExceptionally(done.refusal());
      }
    });
  }

  void close() {
    closed = true;
  }

  SharedRows rows() {
    return store.rows();
  }

  SimNode node() {
    return node;
  }

  String incarnation() {
    return incarnation;
  }

  /// Counts the copies that have a write.
  private static final class Quorum {
    private final Runnable reached;
    private int copies;

    Quorum(Runnable reached) {
      this.reached = reached;
    }

    void copied() {
      if (++copies == Replicas.QUORUM) {
        reached.run();
      }
    }
  }
}
