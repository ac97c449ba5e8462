package chasqui.edge.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ConversationTracksTest {

  private final ConversationTracks tracks = new ConversationTracks(
      new SessionLimits.Delivery(100, 32 * 1024, 256, 4, 64, 64 * 1024, 3, 5));

  @Test
  void the_longest_unused_idle_track_goes_first() {
    for (String id : new String[] {"a", "b", "c"}) {
      tracks.idle(tracks.create(id), true);
    }
    tracks.idle(tracks.get("a"), true);
    ConversationTrack b = tracks.get("b");
    tracks.idle(tracks.create("d"), true);
    assertNull(tracks.get("b"), "a was used since");
    assertTrue(b.dropped);
    assertNotNull(tracks.get("a"));
    assertEquals(3, tracks.idleCount());
  }

  @Test
  void active_tracks_are_never_evicted() {
    for (int i = 0; i < 5; i++) {
      tracks.create("active" + i);
    }
    assertNull(tracks.create("one more"), "bounded");
    tracks.idle(tracks.get("active2"), true);
    assertNotNull(tracks.create("one more"), "an idle one makes room");
    assertNull(tracks.get("active2"));
    assertEquals(5, tracks.size());
  }

  @Test
  void a_track_in_the_middle_can_become_active_again() {
    for (String id : new String[] {"a", "b", "c"}) {
      tracks.idle(tracks.create(id), true);
    }
    tracks.idle(tracks.get("b"), false);
    assertEquals(2, tracks.idleCount());
    tracks.drop(tracks.get("a"));
    tracks.drop(tracks.get("c"));
    assertEquals(0, tracks.idleCount());
    assertEquals(1, tracks.size());
  }
}
