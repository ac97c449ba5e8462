package chasqui.drills.sim;

import chasqui.drills.sim.device.SimDevice;
import chasqui.drills.sim.mesh.Mesh;
import chasqui.drills.sim.store.ConversationTable;
import chasqui.drills.sim.store.StoreTables;
import chasqui.log.v1.Entry;
import chasqui.log.v1.Member;
import chasqui.log.v1.MembershipAction;
import chasqui.mailbox.store.CursorStore.Cursor;
import chasqui.store.v1.MembershipRow;
import chasqui.testkit.history.Observation;
import chasqui.testkit.sim.SimWorld;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The end of a run, when nothing is wrong any more: every device gets all that it is owed, none stands still for long on the
/// way, and what is stored is as it should be.
final class Ending {
  private static final long SECOND = 1_000_000_000L;
  // A person who takes their time over each entry takes minutes for many; a minute without any entry is too long.
  private static final long STILL_NANOS = 60 * SECOND;
  private static final long LIMIT_NANOS = 600 * SECOND;
  private static final long POLL_NANOS = SECOND / 2;

  private final SimWorld world;
  private final Mesh mesh;
  private final List<SimDevice> devices;

  Ending(SimWorld world, Mesh mesh, List<SimDevice> devices) {
    this.world = world;
    this.mesh = mesh;
    this.devices = devices;
  }

  /// Waits until nothing is missing anywhere; complains if that does not come to be.
  void converge() {
    long begin = world.scheduler().nowNanos();
    long moved = begin;
    long shown = shown();
    // What is said last has to be on its way first.
    world.scheduler().runFor(3 * SECOND);
    long now = world.scheduler().nowNanos();
    while (missing() != null && now < Math.min(moved + STILL_NANOS, begin + LIMIT_NANOS)) {
      world.scheduler().runFor(POLL_NANOS);
      now = world.scheduler().nowNanos();
      if (shown() > shown) {
        shown = shown();
        moved = now;
      }
    }
    String missing = missing();
    if (missing != null) {
      world.violation("did not converge, with nothing shown for " + (now - moved) / SECOND + " s: " + missing);
    }
    world.trace().note("converged");
  }

  private long shown() {
    Set<String> conversations = mesh.stored().conversations().keySet();
    return devices.stream().flatMapToLong(device -> conversations.stream().mapToLong(device::shown)).sum();
  }

  /// Something that a device still misses, or null.
  private String missing() {
    StoreTables stored = mesh.stored();
    for (SimDevice device : devices) {
      if (!device.isQuiet()) {
        return device.describe();
      }
      for (Map.Entry<String, ConversationTable> conversation : stored.conversations().entrySet()) {
        long head = clippedHead(conversation.getValue(), device.user());
        long shown = device.shown(conversation.getKey());
        if (shown < head) {
          return device.name() + " was shown " + conversation.getKey() + " up to " + shown + " of " + head;
        }
        Cursor cursor = stored.cursors().get(
            new StoreTables.CursorKey(device.user(), device.deviceId(), conversation.getKey()));
        if (head > 0 && (cursor == null || cursor.acked() < head)) {
          return "the stored cursor of " + device.name() + " in " + conversation.getKey() + " is " + cursor + " of " + head;
        }
      }
    }
    return mesh.unfinished();
  }

  private static long clippedHead(ConversationTable table, String user) {
    long head = 0;
    for (MembershipRow row : table.memberships()) {
      if (row.getUserId().equals(user)) {
        head = row.getLeaveSeq() == 0 ? table.row().getHead() : row.getLeaveSeq();
      }
    }
    return head;
  }

  /// Tells the judge what only the store knows, and complains of what should not be stored.
  void audit(Watch watch) {
    StoreTables stored = mesh.stored();
    stored.conversations().forEach((id, table) -> {
      table.oddities().forEach(oddity -> world.violation("the store of " + id + ": " + oddity));
      table.log().forEach(entry -> members(id, entry, watch));
    });
    Counted.audit(stored, world::violation);
    mesh.audit(world::violation);
    stored.cursors().forEach((key, cursor) -> watch.accept(new Observation.CursorShown(
        new chasqui.testkit.history.View(
            key.userId() + "/" + key.deviceId(), key.conversationId(), cursor.generation()),
        cursor.acked(), world.scheduler().nowNanos() / 1_000)));
  }

  private static void members(String conversation, Entry entry, Watch watch) {
    if (entry.hasCreated()) {
      for (Member member : entry.getCreated().getMembersList()) {
        watch.accept(new Observation.MemberJoined(member.getUserId(), conversation, entry.getSeq()));
      }
    }
    for (Member member : entry.getMembership().getMembersList()) {
      MembershipAction action = entry.getMembership().getAction();
      switch (action) {
        case MEMBERSHIP_ACTION_ADDED ->
            watch.accept(new Observation.MemberJoined(member.getUserId(), conversation, entry.getSeq()));
        case MEMBERSHIP_ACTION_LEFT, MEMBERSHIP_ACTION_REMOVED ->
            watch.accept(new Observation.MemberLeft(member.getUserId(), conversation, entry.getSeq()));
        default -> {}
      }
    }
  }
}
