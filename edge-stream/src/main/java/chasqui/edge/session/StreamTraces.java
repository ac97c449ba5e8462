package chasqui.edge.session;

import chasqui.mailbox.v1.Caller;
import chasqui.trace.v1.StreamWait;
import chasqui.trace.v1.TracedStream;

/// What a stream knows of an entry that is traced.
final class StreamTraces {

  private StreamTraces() {}

  static TracedStream.Builder unwelcomed(Caller device) {
    return of(device).setWait(StreamWait.STREAM_WAIT_WELCOME_VALUE);
  }

  /// @param track the entry's conversation; null where the stream has nothing open there
  static TracedStream.Builder of(Caller device, ConversationTrack track, long seq, AckWindow window, boolean ready) {
    TracedStream.Builder stream = of(device);
    if (track == null) {
      return stream;
    }
    if (!track.opening) {
      stream.setSent(track.sent).setAcked(track.acked);
    }
    return stream.setHead(track.head).setWait(wait(track, seq, window, ready).getNumber());
  }

  private static StreamWait wait(ConversationTrack track, long seq, AckWindow window, boolean ready) {
    if (track.opening) {
      return StreamWait.STREAM_WAIT_POSITION;
    }
    if (track.sent >= seq || track.sent >= track.head) {
      return StreamWait.STREAM_WAIT_UNSPECIFIED;
    }
    if (!ready) {
      return StreamWait.STREAM_WAIT_BACK_PRESSURE;
    }
    // A read that is not worth it yet waits for acks, too, though there is some room.
    boolean waitsForAcks = !track.reading && (track.held() > 0 || window.isFull());
    return waitsForAcks ? StreamWait.STREAM_WAIT_ACKS : StreamWait.STREAM_WAIT_READ;
  }

  private static TracedStream.Builder of(Caller device) {
    return TracedStream.newBuilder().setUserId(device.getUserId()).setDeviceId(device.getDeviceId()).setOpen(true);
  }
}
