package chasqui.edge.session;

import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.v1.Delivery;
import chasqui.edge.v1.ServerFrame;
import java.util.ArrayList;
import java.util.List;

/// A device's stream that a test can stop reading; refuses what the rules forbid.
final class FakeSink implements FrameSink {

  final List<ServerFrame> frames = new ArrayList<>();
  /// Frames that may be written before the sink is no longer ready.
  int room = Integer.MAX_VALUE;
  int requested;
  final DeliveryRing trace = new DeliveryRing(0);
  StreamEnd end;
  int ends;

  @Override
  public boolean isReady() {
    return room > 0 && end == null;
  }

  @Override
  public void send(ServerFrame frame) {
    assertTrue(room > 0, "written while the sink was not ready");
    assertTrue(end == null, "written after the end");
    if (room != Integer.MAX_VALUE) {
      room--;
    }
    frames.add(frame);
  }

  @Override
  public DeliveryTrace trace() {
    return trace;
  }

  @Override
  public void request(int count) {
    assertTrue(count > 0, "asked for nothing");
    requested += count;
  }

  @Override
  public void end(StreamEnd how) {
    ends++;
    end = how;
  }

  List<ServerFrame> of(ServerFrame.FrameCase kind) {
    return frames.stream().filter(frame -> frame.getFrameCase() == kind).toList();
  }

  List<Delivery> deliveries() {
    return of(ServerFrame.FrameCase.DELIVERY).stream().map(ServerFrame::getDelivery).toList();
  }

  /// Where a kind of frame first stands; -1 for nowhere.
  int indexOf(ServerFrame.FrameCase kind) {
    for (int i = 0; i < frames.size(); i++) {
      if (frames.get(i).getFrameCase() == kind) {
        return i;
      }
    }
    return -1;
  }
}
