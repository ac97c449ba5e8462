package chasqui.drills.sim.model;

import chasqui.client.MessageBook;
import chasqui.client.session.ClientEvent;
import chasqui.client.session.SendOutcome;
import chasqui.client.session.Submission;
import chasqui.drills.sim.device.SimDevice;
import chasqui.edge.v1.Send;
import chasqui.log.v1.Entry;
import chasqui.log.v1.FoldedEntry;
import chasqui.log.v1.Member;
import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// A device of the play: what the SDK's own book makes of what it was shown, and what became of what it sent.
final class Actor {

  private static final int MESSAGES_MAX = 1_000_000;

  private final SimDevice device;
  private final Map<String, MessageBook> books = new HashMap<>();
  private final Map<String, TreeSet<Long>> places = new HashMap<>();
  private final Map<ByteString, Doing> unsettled = new HashMap<>();
  private boolean away;
  private boolean cut;

  Actor(SimDevice device) {
    this.device = device;
    device.watchedBy(this::on);
  }

  private void on(ClientEvent event) {
    switch (event) {
      case ClientEvent.EntryReceived(String conversation, long _, Entry entry, boolean _) -> {
        MessageBook book = books.computeIfAbsent(conversation, _ -> new MessageBook(MESSAGES_MAX));
        if (book.received(entry) instanceof MessageBook.Shown.Added) {
          places.computeIfAbsent(conversation, _ -> new TreeSet<>()).add(entry.getSeq());
        }
      }
      case ClientEvent.SendSettled(SendOutcome outcome) -> {
        // After a crash an answer that was not written down yet is given again.
        Doing doing = unsettled.get(outcome.clientMessageId());
        if (doing != null) {
          settled(outcome, doing);
        }
      }
      default -> { }
    }
  }

  private void settled(SendOutcome outcome, Doing doing) {
    switch (outcome) {
      case SendOutcome.Accepted accepted -> doing.done(accepted.seq(), accepted.stampMicros());
      case SendOutcome.Refused refused -> doing.refused(refused.reason());
      case SendOutcome.Pending _ -> {
        return;
      }
    }
    unsettled.remove(outcome.clientMessageId());
  }

  void send(Send send, Doing doing) {
    device.submit(send, submission -> {
      if (submission instanceof Submission.Queued(ByteString id)) {
        unsettled.put(id, doing);
      } else {
        throw new IllegalStateException("the SDK did not take a message: " + submission);
      }
    });
  }

  /// Its user reads up to a place.
  void read(String conversation, long seq) {
    device.read(conversation, seq);
  }

  /// The newest message on its screen; 0 for none.
  long lastShown(String conversation) {
    TreeSet<Long> shown = places.getOrDefault(conversation, new TreeSet<>());
    return shown.isEmpty() ? 0 : shown.last();
  }

  SimDevice device() {
    return device;
  }

  String user() {
    return device.user();
  }

  boolean isIdle() {
    return unsettled.isEmpty();
  }

  /// Whether its user wants it to run.
  boolean isHere() {
    return !away;
  }

  boolean isCut() {
    return cut;
  }

  /// Whether it can be given something to send.
  boolean isRunning() {
    return !away && device.isRunning();
  }

  void away(boolean now) {
    away = now;
    if (now) {
      device.leave();
    } else {
      device.comeBack();
    }
  }

  /// Whether the network lets it through.
  void cut(boolean now) {
    cut = now;
  }

  /// What its screen shows of a conversation.
  List<String> view(String conversation) {
    return places.getOrDefault(conversation, new TreeSet<>()).stream()
        .map(seq -> shown(books.get(conversation).find(seq).orElseThrow())).toList();
  }

  /// An entry as the model would write it down.
  static String shown(FoldedEntry view) {
    Entry entry = view.getEntry();
    String reactions = view.getReactionsList().stream()
        .map(reaction -> reaction.getEmoji() + "=" + reaction.getUserIdsList()).collect(Collectors.joining(", ", "{", "}"));
    boolean message = entry.hasMessage() || view.hasDeleted();
    return entry.getSeq() + " " + entry.getSenderUser() + ": "
        + (view.hasDeleted() ? "deleted by " + view.getDeleted().getSeq() : body(entry))
        + (view.hasEdited() ? ", edited by " + view.getEdited().getSeq() : "")
        + (view.getPinned() ? ", pinned" : "") + (message ? reactions : "");
  }

  private static String body(Entry entry) {
    return switch (entry.getBodyCase()) {
      case MESSAGE -> entry.getMessage().getText().getText()
          + (entry.getMessage().getReplyToSeq() == 0 ? "" : " re " + entry.getMessage().getReplyToSeq());
      case CREATED -> "began " + entry.getCreated().getTitle() + " with " + members(entry.getCreated().getMembersList());
      case MEMBERSHIP -> entry.getMembership().getAction().name().substring("MEMBERSHIP_ACTION_".length()) + " "
          + members(entry.getMembership().getMembersList());
      case TITLE -> "title " + entry.getTitle().getTitle();
      default -> entry.getBodyCase().name();
    };
  }

  private static String members(List<Member> members) {
    StringJoiner words = new StringJoiner(", ");
    members.forEach(member -> words.add(member.getUserId() + " " + Model.name(member.getRole())));
    return words.toString();
  }
}
