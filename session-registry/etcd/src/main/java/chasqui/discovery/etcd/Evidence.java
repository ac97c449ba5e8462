package chasqui.discovery.etcd;

import chasqui.discovery.NodeRecord;
import java.util.concurrent.CompletionStage;

/// Asks a node directly whether it is alive, such as {@link chasqui.link.NodeProbe#isAlive}.
@FunctionalInterface
public interface Evidence {

  /// True where exactly this incarnation answers. Never blocks, never fails, and is over within about a second.
  CompletionStage<Boolean> of(NodeRecord node);
}
