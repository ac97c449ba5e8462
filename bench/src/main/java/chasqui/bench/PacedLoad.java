package chasqui.bench;

import chasqui.log.v1.Message;
import chasqui.log.v1.TextContent;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/// Open-loop load: messages are due at fixed intervals, whether or not the server keeps up, and latency counts from when a
/// message was due. One thread, the caller's, writes for all clients in turn.
final class PacedLoad {

  private static final long TICK_NANOS = 500_000;
  private static final long ACK_EVERY_NANOS = 100_000_000;
  private static final long HEARTBEAT_EVERY_NANOS = 5_000_000_000L;
  private static final int MESSAGES_PREPARED = 256;

  private final List<PairClient> clients;
  private final Message[] messages = new Message[MESSAGES_PREPARED];
  private final ByteString[] randoms = new ByteString[MESSAGES_PREPARED];
  private long sentInAll;
  private long lastAckNanos;
  private long lastHeartbeatNanos;

  /// @param payloadBytes of text; printable and random, so that it does not compress below three quarters
  PacedLoad(List<PairClient> clients, int payloadBytes, RandomGenerator random) {
    this.clients = clients;
    for (int i = 0; i < MESSAGES_PREPARED; i++) {
      StringBuilder text = new StringBuilder(payloadBytes);
      for (int j = 0; j < payloadBytes; j++) {
        text.append((char) random.nextInt(' ', 127));
      }
      messages[i] = Message.newBuilder().setText(TextContent.newBuilder().setText(text.toString())).build();
      byte[] bits = new byte[12];
      random.nextBytes(bits);
      randoms[i] = ByteString.copyFrom(bits);
    }
  }

  /// Offers `ratePerSecond` for `seconds`; returns how many messages could not be offered because a stream was not ready.
  long run(double ratePerSecond, double seconds) {
    long start = System.nanoTime();
    long due = Math.round(ratePerSecond * seconds);
    double intervalNanos = 1e9 / ratePerSecond;
    long refused = 0;
    for (long i = 0; i < due; ) {
      long now = System.nanoTime();
      while (i < due && start + Math.round(i * intervalNanos) <= now) {
        refused += sendNext(start + Math.round(i * intervalNanos)) ? 0 : 1;
        i++;
      }
      keepAlive(now);
      LockSupport.parkNanos(TICK_NANOS);
    }
    return refused;
  }

  /// Acks and heartbeats without load, until `done` says so or the time is over; true if it was done.
  boolean settle(java.util.function.BooleanSupplier done, double seconds) {
    long end = System.nanoTime() + Math.round(seconds * 1e9);
    while (!done.getAsBoolean()) {
      long now = System.nanoTime();
      if (now - end >= 0) {
        return false;
      }
      keepAlive(now);
      LockSupport.parkNanos(TICK_NANOS);
    }
    return true;
  }

  private boolean sendNext(long intendedNanos) {
    int which = (int) (sentInAll % MESSAGES_PREPARED);
    PairClient client = clients.get((int) (sentInAll % clients.size()));
    sentInAll++;
    return client.send(messages[which], randoms[which], intendedNanos);
  }

  private void keepAlive(long now) {
    if (now - lastAckNanos >= ACK_EVERY_NANOS) {
      lastAckNanos = now;
      clients.forEach(PairClient::ack);
    }
    if (now - lastHeartbeatNanos >= HEARTBEAT_EVERY_NANOS) {
      lastHeartbeatNanos = now;
      clients.forEach(PairClient::heartbeat);
    }
  }
}
