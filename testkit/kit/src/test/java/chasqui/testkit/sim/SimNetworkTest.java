package chasqui.testkit.sim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SimNetworkTest {
  private static final long SECOND = 1_000_000_000;

  private final SimWorld world = new SimWorld(1, Trace.silent(), UnaryOperator.identity());
  private final SimNetwork network = world.network();
  private final SimNode a = world.node("a");
  private final SimNode b = world.node("b");
  private final End atA = new End();
  private final End atB = new End();

  /// Writes down what an end hears.
  private static final class End implements ConnectionListener {
    final List<String> heard = new ArrayList<>();
    SimConnection connection;

    @Override
    public void onMessage(byte[] message) {
      heard.add(new String(message, UTF_8));
    }

    @Override
    public void onReady() {
      heard.add("ready");
    }

    @Override
    public void onClosed() {
      heard.add("closed");
    }

    @Override
    public void onBroken(String why) {
      heard.add("broken: " + why);
    }
  }

  @BeforeEach
  void begin() {
    a.start(_ -> {});
    b.start(self -> network.listen(self, connection -> {
      atB.connection = connection;
      return atB;
    }));
    world.scheduler().runFor(1);
  }

  private void connect() {
    atA.connection = network.connect(a, "b", atA);
    world.scheduler().runFor(SECOND);
  }

  private static void send(End from, String... messages) {
    for (String message : messages) {
      from.connection.send(message.getBytes(UTF_8));
    }
  }

  private void pass(long nanos) {
    world.scheduler().runFor(nanos);
  }

  @Test
  void aConnectionKeepsItsOrderOverABadNetwork() {
    network.shape("a", "b", new Shape(0, SECOND, 0.5, 0.5));
    connect();
    List<String> messages = IntStream.range(0, 60).mapToObj(Integer::toString).toList();
    send(atA, messages.toArray(String[]::new));
    pass(600 * SECOND);
    assertEquals(messages, atB.heard);
  }

  @Test
  void bothEndsTalkAndCloseInGoodOrder() {
    connect();
    send(atA, "question");
    atA.connection.close();
    send(atA, "too late");
    pass(SECOND);
    send(atB, "answer");
    atB.connection.close();
    pass(SECOND);
    assertEquals(List.of("question", "closed"), atB.heard);
    assertEquals(List.of("answer", "closed"), atA.heard);
    assertEquals(List.of(), network.open());
  }

  @Test
  void whatIsSentBeforeTheConnectionStandsArrives() {
    atA.connection = network.connect(a, "b", atA);
    send(atA, "early");
    pass(SECOND);
    assertEquals(List.of("early"), atB.heard);
  }

  @Test
  void aMessageIsACopy() {
    connect();
    byte[] message = "as sent".getBytes(UTF_8);
    atA.connection.send(message);
    message[0] = 'X';
    pass(SECOND);
    assertEquals(List.of("as sent"), atB.heard);
  }

  @Test
  void datagramsAreLostDoubledAndReordered() {
    List<Integer> came = new ArrayList<>();
    network.onDatagram(b, (_, message) -> came.add((int) message[0]));
    network.shape("a", "b", new Shape(0, SECOND, 0.2, 0.2));
    IntStream.range(0, 100).forEach(i -> network.send(a, "b", new byte[] {(byte) i}));
    pass(2 * SECOND);
    assertNotEquals(came.stream().sorted().toList(), came, "some overtook");
    assertTrue(came.stream().distinct().count() < came.size(), "some came twice");
    assertTrue(came.stream().distinct().count() < 100, "some were lost");
    assertTrue(came.size() > 50, "most came");
  }

  @Test
  void aOneWayPartitionHoldsBackOneDirection() {
    connect();
    network.block("a", "b");
    send(atA, "held back");
    send(atB, "through");
    pass(60 * SECOND);
    assertEquals(List.of(), atB.heard);
    assertEquals(List.of("through"), atA.heard);
    network.unblock("a", "b");
    pass(SECOND);
    assertEquals(List.of("held back"), atB.heard);
  }

  @Test
  void overlappingPartitionsEndWithTheLast() {
    connect();
    network.block("a", "b");
    network.block("a", "b");
    network.unblock("a", "b");
    send(atA, "held back");
    pass(SECOND);
    assertEquals(List.of(), atB.heard);
    network.unblock("a", "b");
    pass(SECOND);
    assertEquals(List.of("held back"), atB.heard);
  }

  @Test
  void datagramsDoNotSurviveAPartition() {
    List<Integer> came = new ArrayList<>();
    network.onDatagram(b, (_, message) -> came.add((int) message[0]));
    network.block("a", "b");
    network.send(a, "b", new byte[] {1});
    network.unblock("a", "b");
    network.send(a, "b", new byte[] {2});
    pass(SECOND);
    assertEquals(List.of(2), came);
  }

  @Test
  void bothEndsAreToldOfABreak() {
    connect();
    send(atA, "lost");
    network.breakConnections("b", "a", true);
    pass(SECOND);
    assertEquals(List.of("broken: connection dropped"), atA.heard);
    assertEquals(List.of("broken: connection dropped"), atB.heard);
    assertFalse(atA.connection.isOpen());
    assertEquals(List.of(), network.open());
  }

  @Test
  void ofAHalfOpenConnectionNobodyIsTold() {
    connect();
    network.breakConnections("a", "b", false);
    for (int i = 0; i < SimConnection.WINDOW_FRAMES; i++) {
      assertTrue(atA.connection.isReady());
      send(atA, "into the void");
    }
    pass(3600 * SECOND);
    assertEquals(List.of(), atA.heard);
    assertEquals(List.of(), atB.heard);
    assertFalse(atA.connection.isReady());
    assertTrue(atA.connection.isOpen());
  }

  @Test
  void aPingFindsAHalfOpenConnection() {
    connect();
    atA.connection.keepAlive(15 * SECOND);
    network.breakConnections("a", "b", false);
    pass(14 * SECOND);
    assertTrue(atA.connection.isOpen());
    pass(2 * SECOND);
    assertEquals(List.of("broken: nobody answers a ping"), atA.heard);
    assertEquals(List.of("broken: nobody answers a ping"), atB.heard);
    assertEquals(List.of(), network.open());
  }

  @Test
  void aSenderHasNoRoomUntilThePeerTakes() {
    connect();
    b.pause();
    int sent = 0;
    while (atA.connection.isReady()) {
      send(atA, "m" + sent++);
    }
    assertEquals(SimConnection.WINDOW_FRAMES, sent);
    pass(SECOND);
    assertEquals(List.of(), atA.heard);
    b.resume();
    pass(SECOND);
    assertEquals(List.of("ready"), atA.heard);
    assertEquals(sent, atB.heard.size());
  }

  @Test
  void aReaderThatPausesHoldsTheSenderUp() {
    connect();
    atB.connection.pauseReading();
    send(atA, "waits");
    pass(SECOND);
    assertEquals(List.of(), atB.heard);
    assertEquals(1, atA.connection.inFlight());
    atB.connection.resumeReading();
    pass(SECOND);
    assertEquals(List.of("waits"), atB.heard);
  }

  @Test
  void aResetOvertakesWhatWasNotRead() {
    connect();
    atB.connection.pauseReading();
    send(atA, "never read");
    pass(SECOND);
    atA.connection.abort("enough");
    pass(SECOND);
    assertEquals(List.of("broken: enough"), atB.heard);
    assertEquals(List.of(), atA.heard);
  }

  @Test
  void ofADyingNodesFramesAPrefixArrivesThenTheNews() {
    connect();
    send(atB, "1", "2", "3", "4", "5", "6", "7", "8");
    b.crash(true);
    pass(SECOND);
    int arrived = atA.heard.size() - 1;
    assertEquals("broken: b died", atA.heard.getLast());
    assertEquals(IntStream.rangeClosed(1, arrived).mapToObj(Integer::toString).toList(), atA.heard.subList(0, arrived));
    assertEquals(List.of(), network.open());
  }

  @Test
  void aVanishedMachineIsNoticedByTheAnswerOfItsSuccessor() {
    connect();
    b.crash(false);
    send(atA, "anybody?");
    pass(60 * SECOND);
    assertEquals(List.of(), atA.heard);
    b.restart();
    pass(SECOND);
    assertEquals(List.of(), atA.heard);
    send(atA, "anybody?");
    pass(SECOND);
    assertEquals(List.of("broken: reset by b"), atA.heard);
    assertEquals(List.of(), atB.heard);
  }

  @Test
  void aDeadNodeRefuses() {
    b.crash(true);
    connect();
    assertEquals(List.of("broken: connection refused by b"), atA.heard);
  }

  @Test
  void anUnreachableNodeTimesOutAndAHealedOneDoesNot() {
    network.block("b", "a");
    connect();
    pass(5 * SECOND);
    assertEquals(List.of(), atA.heard);
    network.unblock("b", "a");
    pass(SECOND);
    send(atA, "hello");
    pass(SECOND);
    assertEquals(List.of("hello"), atB.heard);

    network.block("a", "b");
    connect();
    pass(20 * SECOND);
    assertEquals(List.of("broken: connection to b timed out"), atA.heard);
  }

  @Test
  void healingOpensEverything() {
    connect();
    network.block("a", "b");
    network.block("a", "b");
    b.pause();
    send(atA, "at last");
    world.heal();
    pass(SECOND);
    assertEquals(List.of("at last"), atB.heard);
  }
}
