package chasqui.edge.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.FakeOwner;
import chasqui.edge.v1.Delivery;
import chasqui.edge.v1.HeadMoved;
import chasqui.edge.v1.ServerFrame;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.MailboxRequest.OperationCase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A device that is new: it is told heads, not the past.
class FirstSightTest {

  private static final long START_MICROS = SessionRig.START.toEpochMilli() * 1000;
  private static final long LONG_BEFORE_MICROS =
      START_MICROS - 2 * SessionLimits.DEFAULT.sync().registrationSkew().toNanos() / 1000;

  private final SessionRig rig = new SessionRig();

  @Test
  void a_new_device_is_told_heads_and_given_no_entries() {
    newDevice();
    rig.owner.stampMicros = LONG_BEFORE_MICROS;
    rig.owner.log("old", 50, 50);
    rig.owner.log("of today", 20, 12);
    rig.live();
    assertTrue(rig.sink.deliveries().isEmpty());
    assertEquals(List.of("of today 20", "old 50"), heads());
    assertEquals(FrameCase.CAUGHT_UP, rig.sink.frames.getLast().getFrameCase());
    rig.passAlive(Duration.ofSeconds(5));
    assertTrue(rig.owner.completedSyncs.isEmpty(), "heads are to be acked");
    rig.ack("old", 50);
    rig.ack("of today", 20);
    rig.passAlive(Duration.ofSeconds(3));
    assertEquals(20, rig.owner.log("of today").acked);
    assertEquals(1, rig.owner.completedSyncs.size());
    rig.pushNew("old", "live");
    assertEquals(1, rig.sink.deliveries().size(), "from here on it is as any other device");
    assertEquals(50, rig.sink.deliveries().getFirst().getAfter());
  }

  @Test
  void a_device_that_may_hold_positions_of_a_rewound_generation_is_told_the_head_and_acks_it() {
    rig.owner.log("whole", 5, 5);
    rig.owner.log("rewound", 7, 7).rewound = true;
    rig.owner.log("rewound").generation = 2;
    rig.owner.log("owed", 7, 3).rewound = true;
    rig.owner.log("owed").generation = 2;
    rig.live();
    assertEquals(List.of("rewound 7"), heads());
    assertEquals(2, rig.sink.of(FrameCase.HEAD_MOVED).getFirst().getHeadMoved().getGeneration());
    assertEquals(List.of(2L), rig.sink.deliveries().stream().map(Delivery::getGeneration).toList());
    rig.passAlive(Duration.ofSeconds(5));
    assertTrue(rig.owner.completedSyncs.isEmpty(), "the head is to be acked, so that it is told once");
    rig.ack("rewound", 2, 7);
    rig.ack("owed", 2, 7);
    rig.passAlive(Duration.ofSeconds(3));
    assertEquals(1, rig.owner.completedSyncs.size());
  }

  @Test
  void a_new_device_is_given_what_came_after_its_registration() {
    newDevice();
    rig.owner.stampMicros = LONG_BEFORE_MICROS;
    rig.owner.log("c", 20, 12);
    rig.owner.stampMicros = START_MICROS + 5_000_000;
    rig.owner.append("c", "owed, though its push was lost");
    rig.owner.log("fresh", 3, 0);
    rig.live();
    assertEquals(List.of("c 20"), heads());
    List<Delivery> deliveries = rig.sink.deliveries();
    assertEquals(2, deliveries.size());
    Delivery owed = deliveries.stream().filter(d -> d.getConversationId().equals("c")).findFirst().orElseThrow();
    assertEquals(20, owed.getAfter());
    assertEquals(21, owed.getUpto());
    Delivery fresh = deliveries.stream().filter(d -> d.getConversationId().equals("fresh")).findFirst().orElseThrow();
    assertEquals(0, fresh.getAfter());
    assertEquals(3, fresh.getUpto());
  }

  @Test
  void a_new_device_is_given_all_that_came_after_its_registration_however_much_it_is() {
    newDevice();
    rig.owner.stampMicros = LONG_BEFORE_MICROS;
    rig.owner.log("c", 37, 12);
    rig.owner.stampMicros = START_MICROS + 5_000_000;
    for (int i = 0; i < 3 * FirstSight.ENTRIES_MAX; i++) {
      rig.owner.append("c", "owed " + i);
    }
    rig.live();
    assertEquals(List.of("c 37"), heads());
    assertEquals(37, rig.sink.deliveries().getFirst().getAfter());
  }

  @Test
  void a_device_whose_first_sync_was_cut_short_is_given_nothing_from_before_its_head() {
    newDevice();
    rig.owner.device = rig.owner.device.toBuilder().setNewDevice(false).build();
    rig.owner.stampMicros = LONG_BEFORE_MICROS;
    rig.owner.log("c", 20, 12);
    rig.owner.stampMicros = START_MICROS + 5_000_000;
    rig.owner.append("c", "shown already, not acked");
    rig.live();
    assertEquals(List.of("c 20"), heads());
    assertEquals(List.of(20L), rig.sink.deliveries().stream().map(Delivery::getAfter).toList());
  }

  @Test
  void what_a_device_acked_in_a_first_sync_that_was_cut_short_stands_whatever_stamps_say() {
    newDevice();
    rig.owner.device = rig.owner.device.toBuilder().setNewDevice(false).build();
    rig.owner.stampMicros = LONG_BEFORE_MICROS;
    rig.owner.log("c", 20, 12).hasCursor = true;
    rig.live();
    assertTrue(heads().isEmpty());
    assertEquals(12, rig.sink.deliveries().getFirst().getAfter());
  }

  @Test
  void an_entry_stamped_by_a_clock_an_hour_behind_is_owed_like_any_other() {
    newDevice();
    rig.owner.stampMicros = START_MICROS - Duration.ofHours(1).toNanos() / 1000;
    rig.owner.log("c", 20, 12);
    rig.live();
    assertEquals(12, rig.sink.deliveries().getFirst().getAfter());
  }

  @Test
  void a_push_to_a_new_device_before_its_sync_is_delivered_after_the_head() {
    newDevice();
    rig.owner.stampMicros = LONG_BEFORE_MICROS;
    rig.owner.log("c", 20, 12);
    rig.hello();
    rig.confirm();
    rig.owner.stampMicros = START_MICROS + 5_000_000;
    rig.pushNew("c", "while it opened");
    rig.run();
    assertEquals(List.of("c 20"), heads());
    assertEquals(1, rig.sink.deliveries().size());
    assertEquals(20, rig.sink.deliveries().getFirst().getAfter());
    assertEquals("while it opened", rig.sink.deliveries().getFirst().getEntries(0).getMessage().getText().getText());
  }

  @Test
  void a_refused_look_is_tried_again() {
    newDevice();
    rig.owner.stampMicros = LONG_BEFORE_MICROS;
    rig.owner.log("c", 20, 12);
    rig.held = request -> request.hasReadRange();
    rig.live();
    rig.answer(OperationCase.READ_RANGE, FakeOwner.refusal(Reason.REASON_UNAVAILABLE));
    rig.held = request -> false;
    rig.pass(Duration.ofSeconds(2));
    assertEquals(List.of("c 20"), heads());
  }

  private void newDevice() {
    rig.owner.device = rig.owner.device.toBuilder()
        .setNewDevice(true).setRegisteredMicros(START_MICROS).setSyncedMicros(0).build();
  }

  private List<String> heads() {
    return rig.sink.of(FrameCase.HEAD_MOVED).stream().map(ServerFrame::getHeadMoved)
        .map((HeadMoved head) -> head.getConversationId() + " " + head.getHead()).sorted().toList();
  }
}
