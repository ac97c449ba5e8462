package chasqui.testkit.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import chasqui.testkit.history.Observation.CursorAcked;
import chasqui.testkit.history.Observation.CursorShown;
import chasqui.testkit.history.Observation.DeviceRegistered;
import chasqui.testkit.history.Observation.DeviceRemoved;
import chasqui.testkit.history.Observation.EntryHidden;
import chasqui.testkit.history.Observation.EntryShown;
import chasqui.testkit.history.Observation.FaultBegan;
import chasqui.testkit.history.Observation.FaultEnded;
import chasqui.testkit.history.Observation.FaultKind;
import chasqui.testkit.history.Observation.FrameDelivered;
import chasqui.testkit.history.Observation.GenerationRaised;
import chasqui.testkit.history.Observation.HeadShown;
import chasqui.testkit.history.Observation.HistoryRead;
import chasqui.testkit.history.Observation.MemberJoined;
import chasqui.testkit.history.Observation.MemberLeft;
import chasqui.testkit.history.Observation.MemorySample;
import chasqui.testkit.history.Observation.QueueSample;
import chasqui.testkit.history.Observation.RangeAnswered;
import chasqui.testkit.history.Observation.SendFailed;
import chasqui.testkit.history.Observation.SendInvoked;
import chasqui.testkit.history.Observation.SendOk;
import chasqui.testkit.history.Observation.SendUnknown;
import chasqui.testkit.history.Observation.Watching;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryFileTest {
  private static final Send SEND = new Send("alice", "phone", "talk", "tab\tline\nback\\slash\r");
  private static final View VIEW = new View("tablet", "talk", 1);
  private static final Entry MESSAGE = Entry.message(7, SEND, -1);
  private static final Entry SYSTEM = Entry.system(8, Entry.Kind.MEMBERSHIP);

  private static final List<Observation> ALL = List.of(
      new SendInvoked(SEND, Long.MIN_VALUE, 1),
      new SendOk(SEND, "s", 1, 7, 2),
      new SendFailed(SEND, "", 3),
      new SendUnknown(SEND, "timeout", 4),
      new FrameDelivered(VIEW, "s", 6, 8, List.of(MESSAGE, SYSTEM), 5),
      new FrameDelivered(VIEW, "s", 8, 9, List.of(), 5),
      new RangeAnswered(VIEW, "s", 6, 7, List.of(MESSAGE), 5),
      new EntryShown(VIEW, MESSAGE, 6),
      new HistoryRead(VIEW, 0, 8, List.of(SYSTEM), 7),
      new HeadShown(VIEW, "s", 8, 8),
      new CursorAcked(VIEW, "s", 8, 9),
      new CursorShown(VIEW, 8, 10),
      new DeviceRegistered("alice", "phone", Watching.BOTH, 11),
      new DeviceRemoved("alice", "phone", 12),
      new MemberJoined("alice", "talk", 0),
      new MemberLeft("alice", "talk", 9),
      new EntryHidden("*", "talk", 3),
      new GenerationRaised("talk", 2, 5),
      new FaultBegan("kill", FaultKind.NODE_KILLED, 13),
      new FaultEnded("kill", 14),
      new QueueSample("outbound", 1, 2, 15),
      new MemorySample("session", 1, 2, 16));

  @TempDir
  Path folder;

  @Test
  void everyKindOfObservationSurvives() {
    Path file = folder.resolve("a.history");
    try (HistoryWriter writer = HistoryWriter.append(file)) {
      ALL.forEach(writer::accept);
    }
    History read = new History();
    assertEquals(new HistoryReader.Read(ALL.size(), 0), new HistoryReader().read(file, read));
    assertEquals(ALL, read.observations());
    assertEquals(
        Stream.of(Observation.class.getPermittedSubclasses()).collect(Collectors.toSet()),
        ALL.stream().map(Object::getClass).collect(Collectors.toSet()),
        "the list above must know all kinds");
  }

  @Test
  void aLineCutOffByAKillIsSkippedAndWritingGoesOn() throws IOException {
    Path file = folder.resolve("a.history");
    try (HistoryWriter writer = HistoryWriter.append(file)) {
      writer.accept(ALL.get(0));
      writer.accept(ALL.get(4));
    }
    String whole = Files.readString(file);
    for (int cut = whole.indexOf('\n') + 2; cut < whole.length() - 1; cut++) {
      Files.writeString(file, whole.substring(0, cut), StandardOpenOption.TRUNCATE_EXISTING);
      try (HistoryWriter writer = HistoryWriter.append(file)) {
        writer.accept(ALL.get(1));
      }
      History read = new History();
      assertEquals(new HistoryReader.Read(2, 1), new HistoryReader().read(file, read), "cut at " + cut);
      assertEquals(List.of(ALL.get(0), ALL.get(1)), read.observations());
    }
  }

  @Test
  void aWholeLineThatMakesNoSenseIsABug() throws IOException {
    Path file = folder.resolve("a.history");
    Files.writeString(file, "MemberJoined\talice\ttalk\tseven\t.\n");
    assertThrows(NumberFormatException.class, () -> new HistoryReader().read(file, _ -> {}));
    Files.writeString(file, "Surprise\talice\t.\n");
    assertThrows(IllegalArgumentException.class, () -> new HistoryReader().read(file, _ -> {}));
    Files.writeString(file, "MemberJoined\talice\ttalk\t7\t8\t.\n");
    assertThrows(IllegalArgumentException.class, () -> new HistoryReader().read(file, _ -> {}));
  }
}
