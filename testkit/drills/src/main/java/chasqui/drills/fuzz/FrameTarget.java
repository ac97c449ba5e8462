package chasqui.drills.fuzz;

import chasqui.drills.fuzz.input.Choices;
import chasqui.drills.fuzz.input.Hints;
import chasqui.drills.fuzz.input.Shaped;
import chasqui.edge.session.FrameCheck;
import chasqui.edge.session.HotFrameCheck;
import chasqui.edge.session.SchemaCheck;
import chasqui.edge.v1.ClientFrame;
import com.google.protobuf.InvalidProtocolBufferException;

/// The quick check of frames lets through exactly what the schema allows.
final class FrameTarget implements Target {

  private static final int BYTES_MAX = 256 * 1024;

  private final Cost cost;
  private final FrameCheck schema = new SchemaCheck();
  private final FrameCheck quick = new HotFrameCheck(schema);
  private final Shaped shaped = new Shaped(new Hints(Hints.Known.NOTHING), BYTES_MAX);

  FrameTarget(Cost cost) {
    this.cost = cost;
  }

  @Override
  public void take(byte[] input) {
    ClientFrame frame;
    try {
      frame = ClientFrame.parseFrom(shaped.message(ClientFrame.getDescriptor(), new Choices(input)));
    } catch (InvalidProtocolBufferException damaged) {
      return;
    }
    cost.bounded(() -> compare(frame));
  }

  private void compare(ClientFrame frame) {
    String byQuick = quick.violation(frame);
    String bySchema = schema.violation(frame);
    if ((byQuick == null) != (bySchema == null)) {
      throw new Breach("the quick check says " + byQuick + ", the schema " + bySchema);
    }
  }
}
