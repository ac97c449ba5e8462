package chasqui.drills.mesh;

import chasqui.testkit.process.Guard;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// The wish to end: Ctrl-C and SIGTERM. The first is noted for whoever looks; the second ends the process at once, and the
/// [Guard] ends what it started. Thread-safe.
final class Ending implements AutoCloseable {

  /// Thrown by [#check] where the wish breaks something off.
  static final class Asked extends RuntimeException {
    private Asked() {
      super("asked to end");
    }
  }

  private static final int HURRIED = 130;

  private final AtomicInteger wishes = new AtomicInteger();
  private final List<Runnable> undo = new ArrayList<>();

  private Ending() {}

  /// Listens until closed.
  static Ending onSignals() {
    Ending ending = new Ending();
    ending.listen("INT");
    ending.listen("TERM");
    return ending;
  }

  boolean asked() {
    return wishes.get() > 0;
  }

  void check() {
    if (asked()) {
      throw new Asked();
    }
  }

  private void wish() {
    if (wishes.incrementAndGet() > 1) {
      Guard.hurry();
      Runtime.getRuntime().halt(HURRIED);
    }
  }

  /// By name: the compiler warns of the class, which every JDK has, and warnings are errors.
  private void listen(String name) {
    try {
      Class<?> signals = Class.forName("sun.misc.Signal");
      Class<?> handlers = Class.forName("sun.misc.SignalHandler");
      Object signal = signals.getConstructor(String.class).newInstance(name);
      InvocationHandler wish = (self, method, arguments) -> switch (method.getName()) {
        case "handle" -> {
          wish();
          yield null;
        }
        case "hashCode" -> System.identityHashCode(self);
        case "equals" -> self == arguments[0];
        default -> "ending";
      };
      Object handler = Proxy.newProxyInstance(Ending.class.getClassLoader(), new Class<?>[] {handlers}, wish);
      Object before = signals.getMethod("handle", signals, handlers).invoke(null, signal, handler);
      undo.add(() -> restore(signals, handlers, signal, before));
    } catch (ReflectiveOperationException unavailable) {
      // Without it a signal ends the process at once, as a second one would.
      System.err.println("-- signals cannot be heard here: " + unavailable);
    }
  }

  private static void restore(Class<?> signals, Class<?> handlers, Object signal, Object before) {
    try {
      signals.getMethod("handle", signals, handlers).invoke(null, signal, before);
    } catch (ReflectiveOperationException unavailable) {
      throw new IllegalStateException(unavailable);
    }
  }

  @Override
  public void close() {
    undo.forEach(Runnable::run);
  }
}
