package chasqui.drills.sim.shared;

import chasqui.testkit.sim.SimNetwork;
import chasqui.testkit.sim.SimNode;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/// Lets things happen at other nodes by datagrams: they are lost, late or double where the network is so.
public final class Letters {
  private final SimNetwork network;
  private final Map<Long, Runnable> sent = new HashMap<>();
  private long last;

  public Letters(SimNetwork network) {
    this.network = network;
  }

  /// Takes letters in for the node, until it crashes.
  public void receive(SimNode node) {
    network.onDatagram(node, (_, message) -> sent.get(ByteBuffer.wrap(message).getLong()).run());
  }

  /// @param onArrival runs at the receiver: once, twice or never
  public void post(SimNode from, String to, Runnable onArrival) {
    sent.put(++last, onArrival);
    network.send(from, to, ByteBuffer.allocate(Long.BYTES).putLong(last).array());
  }
}
