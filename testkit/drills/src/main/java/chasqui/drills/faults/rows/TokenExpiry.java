package chasqui.drills.faults.rows;

import chasqui.client.session.ClientEvent;
import chasqui.drills.faults.ground.Drill;
import chasqui.drills.faults.ground.Finding;
import chasqui.drills.faults.ground.Ground;
import chasqui.drills.faults.ground.Speaker;
import chasqui.drills.faults.wire.RawStream;
import chasqui.drills.fleet.Deadline;
import chasqui.drills.fleet.DrillDevice;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.ServerFrame.FrameCase;
import chasqui.edge.v1.TokenRefresh;
import chasqui.error.v1.Reason;
import chasqui.log.v1.Entry;
import chasqui.testkit.history.History;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;

/// A token ends while its stream is busy: the stream ends soon after, and who refreshed in time misses nothing.
public final class TokenExpiry implements Drill {

  private static final Duration TTL = Duration.ofSeconds(4);
  private static final long LATE_MILLIS_MAX = 5_000;
  // The end of the token is counted in whole seconds, of another process's clock.
  private static final long EARLY_MILLIS_MAX = 50;
  private static final Duration AFTERWARDS = Duration.ofSeconds(2);

  private final List<Long> shown = new CopyOnWriteArrayList<>();

  @Override
  public void run(Ground ground, Finding finding) {
    String user = ground.user("carl");
    String peer = ground.user("dora");
    Speaker dora = new Speaker(ground.online(peer, "phone", 1), ground.random());
    try (DrillDevice sdk = sdk(ground, user)) {
      sdk.connect(ground.node().edgeAddress());
      long endNanos = tokenEnd();
      String token = ground.token(user, TTL);
      RawStream careless = RawStream.open(ground.channel()).welcomed(token, "careless", 1);
      RawStream careful = RawStream.open(ground.channel()).welcomed(token, "careful", 1);
      String conversation = ground.direct(peer, user);
      finding.require(careful.await(FrameCase.AUTH_EXPIRING).isPresent(), "no warning came");
      refuseForeignRefresh(ground, careful, finding);
      careful.send(refresh(ground.token(user)));
      int said = dora.talk(conversation, Duration.ofMillis(50),
          () -> careless.end().isPresent() || System.nanoTime() - endNanos > 2 * LATE_MILLIS_MAX * 1_000_000);
      said += dora.talk(conversation, Duration.ofMillis(50), after(AFTERWARDS));
      judgeEnd(careless.end(), endNanos, finding);
      int accepted = dora.awaitAccepted(conversation, said);
      finding.require(accepted == said, accepted + " of " + said + " sends were accepted");
      judgeCareful(careful, conversation, said + 1, finding);
      long head = said + 1L;
      finding.require(Deadline.await(Ground.PATIENCE, () -> shown.size() >= head && gapless(shown, head)),
          "the SDK's client shows gaps after its refreshes: " + shown.size() + " of " + head);
      finding.figure("entries", head);
    }
  }

  private DrillDevice sdk(Ground ground, String user) {
    return new DrillDevice(
        user, "sdk", ground.folder("expiry"), _ -> ground.token(user, TTL), new History(),
        () -> System.nanoTime() / 1_000, event -> {
          if (event instanceof ClientEvent.EntryReceived entry) {
            shown.add(entry.entry().getSeq());
          }
        });
  }

  /// When a token made now ends.
  private static long tokenEnd() {
    long millis = InstantSource.system().millis();
    long end = (millis / 1_000 + TTL.toSeconds()) * 1_000;
    return System.nanoTime() + (end - millis) * 1_000_000;
  }

  private static java.util.function.BooleanSupplier after(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    return () -> System.nanoTime() - end > 0;
  }

  private static ClientFrame refresh(String token) {
    return ClientFrame.newBuilder().setTokenRefresh(TokenRefresh.newBuilder().setToken(token)).build();
  }

  /// The stream of one user is not carried on by the token of another.
  private static void refuseForeignRefresh(Ground ground, RawStream stream, Finding finding) {
    stream.send(refresh(ground.token(ground.user("eve"))));
    finding.require(
        stream.await(frame -> frame.getError().getReason() == Reason.REASON_UNAUTHENTICATED).isPresent(),
        "another user's token was not refused as a refresh");
  }

  private static void judgeEnd(Optional<RawStream.End> end, long endNanos, Finding finding) {
    if (end.isEmpty()) {
      finding.require(false, "the stream outlived its token by more than " + 2 * LATE_MILLIS_MAX + " ms");
      return;
    }
    long late = (end.get().nanos() - endNanos) / 1_000_000;
    finding.figure("ended_after_exp_ms", late);
    finding.require(late <= LATE_MILLIS_MAX, "the stream ended " + late + " ms after its token");
    finding.require(late >= -EARLY_MILLIS_MAX, "the stream ended " + -late + " ms before its token");
    finding.require(end.get().why().reason() == Reason.REASON_TOKEN_EXPIRED, "it ended with " + end.get().why());
  }

  private static void judgeCareful(RawStream stream, String conversation, long head, Finding finding) {
    boolean complete = Deadline.await(Ground.PATIENCE, () ->
        gapless(stream.entries(conversation).stream().map(Entry::getSeq).toList(), head));
    finding.require(complete, "the refreshed stream has gaps: " + stream.entries(conversation).size() + " of " + head);
    finding.require(stream.end().isEmpty(), "the refreshed stream ended: " + stream.end());
  }

  private static boolean gapless(List<Long> seqs, long head) {
    return seqs.equals(LongStream.rangeClosed(1, head).boxed().toList());
  }
}
