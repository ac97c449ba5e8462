package chasqui.client;

import chasqui.client.session.ClientEvent;

/// Is told what happens, in order, one event at a time. May block: while it is behind, the client reads less from the
/// server, and entries are acked only when this has returned. An exception is logged and the event counts as seen.
@FunctionalInterface
public interface ClientListener {
  void on(ClientEvent event);
}
