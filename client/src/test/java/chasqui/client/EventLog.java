package chasqui.client;

import chasqui.client.session.ClientEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A listener that remembers, and on which a test can wait.
public final class EventLog implements ClientListener {
  private static final long PATIENCE_MS = TimeUnit.SECONDS.toMillis(20);
  private final List<ClientEvent> events = new ArrayList<>();

  @Override
  public synchronized void on(ClientEvent event) {
    events.add(event);
    notifyAll();
  }

  public synchronized <E extends ClientEvent> List<E> all(Class<E> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  public synchronized List<Long> seqs() {
    return all(ClientEvent.EntryReceived.class).stream().map(event -> event.entry().getSeq()).toList();
  }

  /// Waits for at least `count` events of a kind and gives the last of them.
  public synchronized <E extends ClientEvent> E await(Class<E> kind, int count) throws InterruptedException {
    long deadline = System.currentTimeMillis() + PATIENCE_MS;
    while (all(kind).size() < count) {
      long left = deadline - System.currentTimeMillis();
      if (left <= 0) {
        throw new AssertionError("waited for " + count + " of " + kind.getSimpleName() + ", saw " + events);
      }
      wait(left);
    }
    return all(kind).get(count - 1);
  }
}
