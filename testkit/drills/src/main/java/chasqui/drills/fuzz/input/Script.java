package chasqui.drills.fuzz.input;

import chasqui.edge.v1.ClientFrame;
import com.google.protobuf.Descriptors.Descriptor;

/// What a peer does, one step after the other, as the choices of an input say.
public final class Script {

  /// Who plays it.
  public interface Player {

    /// Sends bytes as a frame on the stream.
    void frame(byte[] bytes);

    /// Lets time pass.
    void pause(long millis);

    /// The type that the unary method of that number is asked with.
    Descriptor request(int method);

    /// Calls the unary method of that number.
    void call(int method, Credential credential, byte[] request);

    void halfClose();

    void cancel();

    /// Opens the next stream and leaves the last one as it is.
    void open(boolean greets);
  }

  /// What a call comes with.
  public enum Credential { GOOD, NONE, ENDED }

  private static final int STEPS_MAX = 32;
  private static final int FRAMES_MAX = 160;
  private static final int BYTES_MAX = 1 << 20;
  private static final int PAUSE_MILLIS_MAX = 5_000;

  private final Player player;
  private final Shaped shaped;
  private int frames;
  private int bytes;
  private int pausedMillis;
  private byte[] last = {};

  public Script(Player player, Shaped shaped) {
    this.player = player;
    this.shaped = shaped;
  }

  public void play(Choices choices) {
    for (int step = 0; step < STEPS_MAX && !choices.isOver(); step++) {
      int what = choices.next();
      int more = what >> 3;
      switch (what & 7) {
        case 0, 1 -> frame(shaped.message(ClientFrame.getDescriptor(), choices));
        case 2 -> frame(Damage.done(shaped.message(ClientFrame.getDescriptor(), choices), choices));
        case 3 -> frame(choices.take(1 + choices.next()));
        case 4 -> pause(1 << (more & 15));
        case 5 -> call(more, choices);
        case 6 -> stream(more);
        default -> again(1 << (more & 7));
      }
    }
  }

  private void frame(byte[] frame) {
    last = frame;
    if (frames < FRAMES_MAX && bytes + frame.length <= BYTES_MAX) {
      frames++;
      bytes += frame.length;
      player.frame(frame);
    }
  }

  private void again(int times) {
    byte[] frame = last;
    for (int i = 0; i < times && frames < FRAMES_MAX; i++) {
      frame(frame);
    }
  }

  private void pause(int millis) {
    int within = Math.min(millis, PAUSE_MILLIS_MAX - pausedMillis);
    pausedMillis += within;
    player.pause(within);
  }

  private void call(int more, Choices choices) {
    int method = choices.next();
    byte[] request = (more & 1) == 0 ? shaped.message(player.request(method), choices) : choices.take(choices.next());
    player.call(method, Credential.values()[(more >> 1 & 7) % Credential.values().length],
        (more & 16) == 0 ? request : Damage.done(request, choices));
  }

  private void stream(int more) {
    switch (more & 3) {
      case 0 -> player.halfClose();
      case 1 -> player.cancel();
      default -> player.open((more & 3) == 2);
    }
  }
}
