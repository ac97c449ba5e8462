package chasqui.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InMemoryMembershipTest {

  private final InMemoryMembership membership = new InMemoryMembership();

  private static NodeRecord node(String id) {
    return new NodeRecord(id, id + "-1", "address", Set.of(Role.EDGE), NodeState.READY, "");
  }

  @Test
  void a_listener_gets_the_view_of_now_and_every_later_one() {
    membership.announce(node("a"));
    List<Integer> sizes = new ArrayList<>();
    Membership.Subscription subscription = membership.subscribe(view -> sizes.add(view.nodes().size()));
    membership.announce(node("b"));
    membership.announce(node("b").in(NodeState.DRAINING));
    membership.withdraw("a");
    subscription.close();
    membership.withdraw("b");
    assertEquals(List.of(1, 2, 2, 1), sizes);
  }

  @Test
  void a_listener_that_changes_the_membership_gets_views_in_order() {
    List<Long> versions = new ArrayList<>();
    membership.subscribe(view -> {
      if (view.version() == 1) {
        membership.announce(node("by-listener"));
      }
      versions.add(view.version());
    });
    membership.announce(node("a"));
    assertEquals(List.of(0L, 1L, 2L), versions);
  }

  @Test
  void a_listener_that_throws_does_not_silence_the_others() {
    List<Long> versions = new ArrayList<>();
    membership.subscribe(view -> {
      throw new IllegalStateException("on purpose");
    });
    membership.subscribe(view -> versions.add(view.version()));
    membership.announce(node("a"));
    membership.announce(node("b"));
    assertEquals(List.of(0L, 1L, 2L), versions);
  }

  @Test
  void views_ascend_and_never_overlap_however_many_threads_change_and_subscribe() throws Exception {
    List<String> failures = new CopyOnWriteArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 3; t++) {
      String id = "node-" + t;
      threads.add(Thread.ofPlatform().start(() -> {
        for (int i = 0; i < 300; i++) {
          membership.announce(node(id));
          subscribeChecking(failures);
        }
      }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(900, membership.view().version());
    assertTrue(failures.isEmpty(), failures::toString);
  }

  private void subscribeChecking(List<String> failures) {
    AtomicInteger inside = new AtomicInteger();
    long[] last = {-1};
    membership.subscribe(view -> {
      if (inside.incrementAndGet() > 1) {
        failures.add("two threads in one listener");
      }
      if (view.version() <= last[0]) {
        failures.add("version " + view.version() + " after " + last[0]);
      }
      last[0] = view.version();
      inside.decrementAndGet();
    });
  }
}
