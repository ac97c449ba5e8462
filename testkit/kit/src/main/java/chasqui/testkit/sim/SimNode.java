package chasqui.testkit.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/// A process in the simulation: its program, its clock, its randomness, and all tasks and timers that die with it.
///
/// A task runs only if the incarnation that scheduled it still lives. A paused node keeps its tasks until it goes on, as
/// a stopped process does.
public final class SimNode implements Executor {
  /// Called when the node dies; `told` says whether its peers' transports notice.
  interface CrashHook {
    void crashed(boolean told);
  }

  private final String name;
  private final SimScheduler scheduler;
  private final SimRandom random;
  private final Trace trace;
  private final SimClock clock;
  private final SimCrashPoints crashPoints;
  private final List<CrashHook> crashHooks = new ArrayList<>();
  private final ArrayDeque<Runnable> held = new ArrayDeque<>();
  private Consumer<SimNode> program;
  private long incarnation;
  private boolean alive;
  private boolean paused;

  SimNode(String name, SimScheduler scheduler, SimRandom random, Trace trace) {
    this.name = name;
    this.scheduler = scheduler;
    this.random = random;
    this.trace = trace;
    this.clock = new SimClock(scheduler);
    this.crashPoints = new SimCrashPoints(this);
  }

  public String name() {
    return name;
  }

  public SimClock clock() {
    return clock;
  }

  /// This node's own randomness, the same stream through all its incarnations.
  public SimRandom random() {
    return random;
  }

  public SimCrashPoints crashPoints() {
    return crashPoints;
  }

  public boolean isAlive() {
    return alive;
  }

  public boolean isPaused() {
    return paused;
  }

  /// Raised at every start.
  public long incarnation() {
    return incarnation;
  }

  /// Gives the node its program and starts it; each restart runs the program again, from nothing but its disk.
  public void start(Consumer<SimNode> toRun) {
    program = toRun;
    restart();
  }

  /// Starts the node again; does nothing while it lives, or before it was started for the first time.
  public void restart() {
    if (alive || program == null) {
      return;
    }
    alive = true;
    incarnation++;
    trace.note("start " + name, incarnation);
    execute(() -> program.accept(this));
  }

  /// Kills the node as `kill -9` does, with `told` as when its machine lives on and resets its connections, without as
  /// when the machine is gone.
  public void crash(boolean told) {
    if (!alive) {
      return;
    }
    trace.note("crash " + name, incarnation, told ? 1 : 0);
    alive = false;
    paused = false;
    held.clear();
    List.copyOf(crashHooks).forEach(hook -> hook.crashed(told));
  }

  /// Crashes now and starts again after a while.
  public void crashFor(long downNanos, boolean told) {
    if (alive) {
      crash(told);
      scheduler.after(downNanos, this::restart);
    }
  }

  /// Stops the node without ending it, as SIGSTOP does.
  public void pause() {
    if (alive) {
      trace.note("pause " + name);
      paused = true;
    }
  }

  public void resume() {
    if (!paused) {
      return;
    }
    trace.note("resume " + name);
    paused = false;
    List<Runnable> tasks = List.copyOf(held);
    held.clear();
    tasks.forEach(this::execute);
  }

  /// Runs `task` on this node after what is already due.
  @Override
  public void execute(Runnable task) {
    schedule(0, task);
  }

  /// Runs `task` on this node after a delay, if this incarnation still lives.
  public SimTimer schedule(long delayNanos, Runnable task) {
    long mine = incarnation;
    return scheduler.after(delayNanos, () -> run(mine, task));
  }

  /// This node's timers for code that wants an executor service. Made anew for each incarnation that asks.
  public ScheduledExecutorService executor() {
    return new SimExecutor(this, scheduler);
  }

  void onCrash(CrashHook hook) {
    crashHooks.add(hook);
  }

  private void run(long whose, Runnable task) {
    if (!alive || whose != incarnation) {
      return;
    }
    if (paused) {
      held.add(task);
      return;
    }
    try {
      task.run();
    } catch (SimulatedCrash crash) {
      trace.note(crash.getMessage());
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
