package chasqui.drills.demo;

import chasqui.drills.fleet.NodeProcess;
import chasqui.drills.mesh.process.Door;
import chasqui.edge.auth.AuthConfig;
import chasqui.edge.auth.DevKeys;
import chasqui.edge.auth.TokenMinter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/// A node with all roles, durable on a folder of its own.
final class OneNode implements Place {

  private final NodeProcess node;
  private final DevKeys keys;

  OneNode(Path folder) {
    node = new NodeProcess(folder.resolve("node"));
    try {
      keys = DevKeys.of(node.data());
    } catch (IOException failure) {
      throw new UncheckedIOException("no development key can be made in " + folder, failure);
    }
  }

  @Override
  public String words() {
    return "a node, durable on a folder of its own";
  }

  @Override
  public void start() {
    node.start();
  }

  @Override
  public Door door() {
    return Door.plain(List.of(node.edgeAddress()));
  }

  @Override
  public TokenMinter tokens() {
    return keys.minter(AuthConfig.DEFAULT.audience(), InstantSource.system());
  }

  @Override
  public String victims() {
    return "the node is";
  }

  @Override
  public void strike() {
    node.kill();
  }

  @Override
  public void mend() {
    node.start();
  }

  @Override
  public Map<String, Long> hops() {
    return Map.of();
  }

  @Override
  public void close() {
    node.close();
  }
}
