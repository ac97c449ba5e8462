package chasqui.drills.demo;

import chasqui.client.session.ClientEvent;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What one device's screen shows beside the messages, each thing once: who is online, who types, who has read how far.
/// Thread-safe.
final class Asides {

  private final Set<String> shown = new LinkedHashSet<>();

  synchronized void show(ClientEvent event) {
    switch (event) {
      case ClientEvent.PresenceChanged(var user, boolean online, _) -> shown.add(online(user, online));
      case ClientEvent.TypingChanged(_, var user, boolean typing) -> {
        if (typing) {
          shown.add(typing(user));
        }
      }
      case ClientEvent.ReceiptMoved(_, _, var user, boolean read, long seq) -> {
        if (read) {
          shown.add(read(user, seq));
        }
      }
      default -> { }
    }
  }

  synchronized boolean has(String line) {
    return shown.contains(line);
  }

  synchronized List<String> lines() {
    return List.copyOf(shown);
  }

  static String online(String user, boolean online) {
    return user + (online ? " is online" : " is offline");
  }

  static String read(String user, long seq) {
    return user + " has read up to " + seq;
  }

  static String typing(String user) {
    return user + " is typing";
  }
}
