package chasqui.client.cli;

import chasqui.conversation.v1.Conversation;
import chasqui.device.v1.Device;
import chasqui.log.v1.Entry;
import chasqui.log.v1.FoldedEntry;
import chasqui.people.v1.PresenceVisibility;
import chasqui.people.v1.UserPresence;
import java.io.PrintStream;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;

/// Lines for people: the conversation on standard output, everything else on standard error.
final class PlainScreen implements Screen {
  private final PrintStream out;
  private final PrintStream err;
  private final EntryText text;
  private LocalDate day;
  private State state;

  PlainScreen(PrintStream out, PrintStream err, EntryText text) {
    this.out = out;
    this.err = err;
    this.text = text;
  }

  @Override
  public synchronized void entry(String conversationId, Entry entry, boolean own, boolean history) {
    line(entry, text.line(entry));
  }

  @Override
  public synchronized void folded(String conversationId, FoldedEntry entry, boolean own, boolean numbered) {
    line(entry.getEntry(), (numbered ? "#" + entry.getEntry().getSeq() + ' ' : "") + text.line(entry));
  }

  @Override
  public synchronized void changed(String conversationId, FoldedEntry now, Entry by, boolean own) {
    line(by, text.change(now, by));
  }

  private void line(Entry entry, String line) {
    var on = text.day(entry);
    if (!on.equals(day)) {
      day = on;
      out.println(text.dayLine(on));
    }
    out.println(line);
    out.flush();
  }

  /// Only the beginning is a line: what follows is a message, or nothing.
  @Override
  public synchronized void typing(String userId, boolean typing) {
    if (typing) {
      out.println("-- " + PlainText.line(userId) + " is typing …");
      out.flush();
    }
  }

  /// One line for each message and reader, and none for what was only received: a chat is read from top to bottom.
  @Override
  public synchronized void receipt(String userId, boolean read, long seq, boolean news) {
    if (news) {
      out.println("-- " + PlainText.line(userId) + " has read it");
      out.flush();
    }
  }

  /// On the screen everything is read.
  @Override
  public void unread(long readSeq, long messages, long mentions) {}

  @Override
  public void presence(String userId, boolean online, Optional<Instant> lastSeen) {
    note(PlainText.line(userId) + (online ? " is online" : " is offline" + PeopleCommands.lastSeen(lastSeen, text)));
  }

  @Override
  public void seen(UserPresence presence) {
    note(PeopleCommands.line(presence, text));
  }

  @Override
  public void shows(PresenceVisibility visibility) {
    note(PeopleCommands.line(visibility));
  }

  @Override
  public void conversation(Conversation conversation, String me) {
    note(AccountCommands.line(conversation, me, text));
  }

  @Override
  public void device(Device device, boolean isThis) {
    note(AccountCommands.line(device, isThis, text));
  }

  @Override
  public synchronized void note(String note) {
    out.println("-- " + note);
    out.flush();
  }

  @Override
  public synchronized void state(State changed, String detail) {
    boolean again = state != null && state != State.CONNECTED && changed == State.CONNECTED;
    boolean same = changed == state;
    state = changed;
    if (same) {
      return;
    }
    err.println("-- " + switch (changed) {
      case CONNECTED -> again ? "connected again" : "connected " + detail;
      case RECONNECTING -> "reconnecting… (" + detail + ")";
      case DRAINING -> "the server is restarting; moving to another one";
      case ENDED -> detail;
    });
    err.flush();
  }

  @Override
  public synchronized void problem(String problem) {
    err.println("-- " + problem);
    err.flush();
  }
}
