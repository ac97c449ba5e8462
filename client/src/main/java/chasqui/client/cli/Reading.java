package chasqui.client.cli;

import chasqui.client.ChasquiClient;
import chasqui.client.session.ClientEvent;
import chasqui.conversation.v1.MemberReceipt;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// Who has read what, both ways: what is on the screen of a person is marked as read, and it is shown once when somebody
/// has read the person's newest message.
final class Reading {
  private final ChasquiClient client;
  private final Screen screen;
  private final Window window;
  private final ChatSettings settings;
  // The newest own message of which it was shown that the member read it.
  private final Map<String, Long> told = new ConcurrentHashMap<>();

  Reading(ChasquiClient client, Screen screen, Window window, ChatSettings settings) {
    this.client = client;
    this.screen = screen;
    this.window = window;
    this.settings = settings;
  }

  /// Something was shown. A script has not read what it was given, until it says so.
  void shown() {
    if (settings.attended()) {
      mark();
    }
  }

  /// Everything shown so far is read.
  void mark() {
    if (window.shown() > 0) {
      client.markRead(window.conversationId(), window.shown());
    }
  }

  void moved(ClientEvent.ReceiptMoved receipt) {
    var newest = window.newest(settings.user(), true);
    long own = newest.map(message -> message.getEntry().getSeq()).orElse(0L);
    boolean covers = receipt.read() && own > 0 && receipt.seq() >= own;
    boolean news = covers && !Long.valueOf(own).equals(told.put(receipt.userId(), own));
    screen.receipt(receipt.userId(), receipt.read(), receipt.seq(), news);
  }

  /// The others on one line.
  String describe(Collection<MemberReceipt> receipts) {
    return receipts.stream()
        .filter(receipt -> !receipt.getUserId().equals(settings.user()))
        .map(this::describe)
        .collect(Collectors.joining(", "));
  }

  private String describe(MemberReceipt receipt) {
    var user = PlainText.line(receipt.getUserId());
    if (receipt.getReadSeq() >= window.shown()) {
      return user + " has read everything";
    }
    if (receipt.getDeliveredSeq() == 0) {
      return user + " has received nothing yet";
    }
    return user + (receipt.getReadSeq() == 0 ? " has read nothing" : " has read up to #" + receipt.getReadSeq())
        + ", received up to #" + receipt.getDeliveredSeq();
  }
}
