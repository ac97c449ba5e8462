package chasqui.drills.demo;

import chasqui.drills.mesh.process.Door;
import chasqui.edge.auth.TokenMinter;
import java.util.Map;

/// What the demo is played on. For one thread.
interface Place extends AutoCloseable {

  /// What it is, for people.
  String words();

  void start();

  /// Where clients connect.
  Door door();

  TokenMinter tokens();

  /// What [#strike] kills, for people, with its verb: `the node is`.
  String victims();

  /// Kills something, as `kill -9` does.
  void strike();

  /// Starts again what was killed, on what it left.
  void mend();

  /// How many messages passed each hop, counted by the hops; empty where there is but one.
  Map<String, Long> hops();

  @Override
  void close();
}
