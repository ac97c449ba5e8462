package chasqui.drills.fuzz.town;

import chasqui.drills.fuzz.Breach;
import chasqui.drills.fuzz.Cost;
import chasqui.drills.fuzz.Target;
import chasqui.drills.fuzz.input.Choices;
import chasqui.drills.fuzz.input.Hints;
import chasqui.drills.fuzz.input.Script;
import chasqui.drills.fuzz.input.Shaped;
import java.util.List;

/// An authenticated peer does what an input says while neighbours talk on the same node. A town lives through many inputs,
/// since building one takes as long as many inputs; what one input leaves behind the next may stumble over.
public final class PeerTarget implements Target {

  private static final int INPUTS_PER_TOWN = 300;

  private final Cost cost;
  private Town town;
  private Peer peer;
  private Shaped shaped;
  private int inputs;

  public PeerTarget(Cost cost) {
    this.cost = cost;
    build();
  }

  @Override
  public void take(byte[] input) {
    if (inputs >= INPUTS_PER_TOWN) {
      build();
    }
    inputs++;
    cost.bounded(() -> town.watched(() -> play(input)));
  }

  private void build() {
    town = new Town(cost);
    peer = new Peer(town);
    shaped = new Shaped(new Hints(new Hints.Known(
        town.conversations(), () -> List.of(town.token(Town.ZORA), town.endedToken(Town.ZORA)), town::groupHead)),
        Town.FRAME_BYTES_MAX + 1);
    inputs = 0;
  }

  private void play(byte[] input) {
    if (!peer.arrives()) {
      build();
      inputs = 1;
      if (!peer.arrives()) {
        throw new Breach("a peer in a new town was not welcomed");
      }
    }
    cost.begin();
    new Script(peer, shaped).play(new Choices(input));
    town.speak();
    town.judgeNeighbours();
    peer.judge();
    peer.leave();
  }

  @Override
  public int memory() {
    return inputs;
  }
}
