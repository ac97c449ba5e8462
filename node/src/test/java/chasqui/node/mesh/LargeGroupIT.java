package chasqui.node.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import chasqui.conversation.v1.AddMembersRequest;
import chasqui.testkit.process.Await;
import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A large group that is online as a whole, on several edges over real loopback gRPC. `-Dchasqui.group.members=10000` makes
/// it as large as the design says.
class LargeGroupIT {

  private static final int MEMBERS = Integer.getInteger("chasqui.group.members", 1_000);
  private static final int EDGES = 4;
  private static final int STREAMS_PER_CONNECTION = 250;
  private static final int ADDED_AT_ONCE = 500;
  private static final int OPENING_MAX = 200;
  private static final int MESSAGES = 5;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir
  private Path data;

  private final AtomicInteger caughtUp = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicInteger heard = new AtomicInteger();
  private volatile String awaited = "";
  private final LongAccumulator firstNanos = new LongAccumulator(Math::min, Long.MAX_VALUE);
  private final LongAccumulator lastNanos = new LongAccumulator(Math::max, Long.MIN_VALUE);

  @Test
  void an_entry_for_everybody_goes_once_to_each_edge_and_asks_nobody_where_they_are() {
    Map<String, String> settings = Map.of(
        "mailbox.conversations.members-max", "10000",
        "edge.server.calls-per-connection-max", "1000",
        // Nobody else adds 10,000 members in a minute.
        "edge.budgets.user-sends.burst", "100000",
        "mailbox.budgets.memberships.burst", "10000");
    try (MeshFixture mesh = MeshFixture.start(data, EDGES, settings)) {
      String group = mesh.group("owner", "everybody");
      List<String> members = new ArrayList<>();
      for (int i = 1; i < MEMBERS; i++) {
        members.add("member-" + i);
      }
      for (int from = 0; from < members.size(); from += ADDED_AT_ONCE) {
        mesh.conversations("owner").addMembers(AddMembersRequest.newBuilder().setConversationId(group)
            .setClientMessageId(ByteString.copyFromUtf8("members from " + (1_000 + from)))
            .addAllUserIds(members.subList(from, Math.min(members.size(), from + ADDED_AT_ONCE))).build());
      }
      open(mesh, members);
      RawDevice owner = mesh.connect("owner", "phone", 1);
      say(owner, group, "the day's first", members.size());
      long copies = counter(mesh, "chasqui_router_fanouts_total");
      long lookups = counter(mesh, "chasqui_router_lookups_total");
      for (int i = 1; i <= MESSAGES; i++) {
        say(owner, group, "message " + i, members.size());
      }
      assertEquals((long) MESSAGES * EDGES, counter(mesh, "chasqui_router_fanouts_total") - copies, "copies to edges");
      assertEquals(0, counter(mesh, "chasqui_router_lookups_total") - lookups, "look-ups at the registry");
      assertEquals(0, ended.get(), "streams that ended");
    }
  }

  private void open(MeshFixture mesh, List<String> members) {
    Listener.Crowd crowd = new Listener.Crowd(caughtUp, ended, this::heard);
    ManagedChannel channel = null;
    for (int i = 0; i < members.size(); i++) {
      if (i % STREAMS_PER_CONNECTION == 0) {
        channel = mesh.channel(i / STREAMS_PER_CONNECTION % EDGES);
      }
      Listener.hello(channel, mesh.token(members.get(i)), crowd);
      int opened = i + 1;
      Await.until(PATIENCE, "streams are welcomed", () -> opened - caughtUp.get() <= OPENING_MAX);
    }
    Await.until(PATIENCE, "everybody has caught up", () -> caughtUp.get() == members.size());
  }

  private void heard(String text, long nowNanos) {
    if (text.equals(awaited)) {
      firstNanos.accumulate(nowNanos);
      lastNanos.accumulate(nowNanos);
      heard.incrementAndGet();
    }
  }

  /// Says something, and waits until everybody else has heard it, each once.
  private void say(RawDevice owner, String group, String text, int listeners) {
    heard.set(0);
    firstNanos.reset();
    lastNanos.reset();
    awaited = text;
    owner.say(group, text);
    Await.until(PATIENCE, "everybody has heard `" + text + "`", () -> heard.get() >= listeners);
    assertEquals(listeners, heard.get());
    System.out.printf("%d of a group heard `%s`, the last %.1f ms after the first%n",
        listeners, text, (lastNanos.get() - firstNanos.get()) / 1e6);
  }

  private static long counter(MeshFixture mesh, String name) {
    Matcher line = Pattern.compile("(?m)^" + name + "\\S* (\\S+)$").matcher(mesh.telemetry().text());
    long sum = 0;
    while (line.find()) {
      sum += (long) Double.parseDouble(line.group(1));
    }
    return sum;
  }
}
