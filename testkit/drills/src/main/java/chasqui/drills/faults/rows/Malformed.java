package chasqui.drills.faults.rows;

import chasqui.drills.faults.ground.Drill;
import chasqui.drills.faults.ground.Finding;
import chasqui.drills.faults.ground.Ground;
import chasqui.drills.faults.wire.ClientApi;
import chasqui.drills.faults.wire.RawStream;
import chasqui.drills.faults.wire.Refusal;
import chasqui.drills.fleet.Deadline;
import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Heartbeat;
import chasqui.error.v1.Reason;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Frames and requests that are no protobuf, or hardly, from a peer that is signed in. Pulses on other streams, several
/// to an event loop, tell whether the node stood still.
public final class Malformed implements Drill {

  private static final long HANG_MILLIS_MAX = 100;
  /// A pause that the machine made is not there again; one that the input makes is.
  private static final int TRIES = 4;
  private static final int PULSES = 4;

  private final List<RawStream> pulses = new ArrayList<>();
  private long nonce;
  private int connects;
  private String token;
  private Channel channel;

  @Override
  public void run(Ground ground, Finding finding) {
    channel = ground.channel();
    String attacker = ground.user("zora");
    String witness = ground.user("yves");
    token = ground.token(attacker);
    String steady = ground.token(witness);
    for (int i = 0; i < PULSES; i++) {
      pulses.add(RawStream.open(ground.channel()).welcomed(steady, "pulse-" + i, 1));
    }
    String direct = ground.direct(attacker, witness);
    Map<String, byte[]> inputs = MalformedInputs.of(ground.random(), ground.effort().of(30, 3_000));
    inputs.putAll(MalformedInputs.texts(direct));
    long slowest = 0;
    int ended = 0;
    for (Map.Entry<String, byte[]> input : inputs.entrySet()) {
      RawStream[] last = {null};
      long pause = pause(() -> last[0] = attack(input.getValue()));
      slowest = Math.max(slowest, pause);
      finding.require(pause <= HANG_MILLIS_MAX, input.getKey() + ": other streams stood still for " + pause + " ms");
      ended += judge(input.getKey(), last[0], MalformedInputs.wantsReason(input.getKey(), input.getValue()), finding) ? 1 : 0;
    }
    calls(ground, inputs, finding);
    finding.require(pulses.stream().allMatch(pulse -> pulse.end().isEmpty()), "another stream was ended");
    finding.require(pulses.stream().allMatch(pulse -> pulse.entries(direct).size() <= 1), "text that is none was delivered");
    finding.figure("frames", inputs.size());
    finding.figure("streams_ended", ended);
    finding.figure("slowest_pulse_ms", slowest);
  }

  private RawStream attack(byte[] input) {
    RawStream stream = RawStream.open(channel).hello(token, "fuzz", ++connects);
    if (stream.await(frame -> frame.hasCaughtUp()).isEmpty()) {
      throw new IllegalStateException("the attacker was not welcomed: " + stream.end());
    }
    return stream.sendBytes(input).send(beat(++nonce));
  }

  /// The least of several tries, unless the first is short enough.
  private long pause(Runnable attack) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < TRIES && least > HANG_MILLIS_MAX; i++) {
      attack.run();
      long begin = System.nanoTime();
      long[] beats = new long[PULSES];
      for (int p = 0; p < PULSES; p++) {
        beats[p] = ++nonce;
        pulses.get(p).send(beat(nonce));
      }
      for (int p = 0; p < PULSES; p++) {
        long beat = beats[p];
        if (pulses.get(p).await(frame -> frame.getHeartbeat().getNonce() == beat).isEmpty()) {
          return Long.MAX_VALUE;
        }
      }
      least = Math.min(least, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
    }
    return least;
  }

  private static ClientFrame beat(long nonce) {
    return ClientFrame.newBuilder().setHeartbeat(Heartbeat.newBuilder().setNonce(nonce)).build();
  }

  /// Either the stream is ended with a status that tells nothing of the inside, or it goes on and the sign of life behind
  /// the input is answered. Answers whether it was ended.
  private static boolean judge(String what, RawStream stream, boolean wantsReason, Finding finding) {
    Deadline.await(Duration.ofSeconds(30), () -> stream.end().isPresent()
        || stream.arrivals().stream().anyMatch(arrival -> arrival.frame().getHeartbeat().getNonce() > 0));
    Refusal why = stream.end().map(RawStream.End::why).orElse(null);
    if (why == null) {
      finding.require(stream.arrivals().stream().anyMatch(arrival -> arrival.frame().hasHeartbeat()),
          what + ": neither an end nor an answer");
      stream.halfClose();
      return false;
    }
    finding.require(!why.isOk() && !why.isIndiscreet(), what + ": the stream ended with " + why);
    finding.require(!wantsReason || why.reason() != Reason.REASON_UNSPECIFIED, what + ": the stream ended without a reason: " + why);
    return true;
  }

  private void calls(Ground ground, Map<String, byte[]> inputs, Finding finding) {
    int requests = 0;
    int every = ground.effort().of(4, 40);
    for (MethodDescriptor<?, ?> method : ClientApi.unary(channel, ground.token(ground.user("scout")))) {
      int at = 0;
      for (Map.Entry<String, byte[]> input : inputs.entrySet()) {
        if (at++ % every != 0) {
          continue;
        }
        requests++;
        Refusal end = ClientApi.call(channel, method, ClientApi.bearer(token), input.getValue()).end();
        finding.require(!end.isIndiscreet(), method.getFullMethodName() + ", " + input.getKey() + ": " + end);
      }
    }
    finding.figure("requests", requests);
  }
}
