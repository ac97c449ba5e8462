package chasqui.drills.syncs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads what `strace -f -yy -xx -o FILE` writes, line by line.
///
/// Two places tell what is inside the bytes: an entry stored in the log holds its `client_message_id` as field 5
/// (`Entry.client_message_id`, 20 bytes), an answer to a send as field 2 (`SendAccepted.client_message_id`). Random
/// bytes may look like either; what is not an id of the run is left out by [SyncAudit].
final class StraceParser {

  private static final int ID_CHARS = 20 * "\\x00".length();
  private static final String STORED = "\\x2a\\x14";
  private static final String ACKED = "\\x12\\x14";

  private static final Pattern CALL = Pattern.compile("^(\\d+) +(\\w+)\\((?:\\d+<(.*?)>)?(.*)$", Pattern.DOTALL);
  private static final Pattern RESUMED = Pattern.compile("^(\\d+) +<\\.\\.\\. (\\w+) resumed>(.*)$", Pattern.DOTALL);
  private static final Pattern HEX = Pattern.compile("\\\\x([0-9a-f]{2})");
  private static final String UNFINISHED = "<unfinished ...>";

  /// A call that began and has not ended yet.
  private record Begun(long line, String call, String target, String rest) {}

  private final Consumer<SyscallEvent> events;
  private final Map<String, Begun> unfinished = new HashMap<>();
  private long line;

  StraceParser(Consumer<SyscallEvent> events) {
    this.events = events;
  }

  void accept(String text) {
    line++;
    Matcher resumed = RESUMED.matcher(text);
    if (resumed.matches()) {
      Begun begun = unfinished.remove(resumed.group(1));
      if (begun != null) {
        ended(begun, begun.rest() + resumed.group(3));
      }
      return;
    }
    Matcher call = CALL.matcher(text);
    if (!call.matches()) {
      return;
    }
    String target = call.group(3) == null ? "" : plain(call.group(3));
    Begun begun = new Begun(line, call.group(2), target, call.group(4));
    if (text.endsWith(UNFINISHED)) {
      unfinished.put(call.group(1), begun);
    } else {
      ended(begun, begun.rest());
    }
  }

  /// `-xx` writes the names of files in hexadecimal too.
  private static String plain(String name) {
    return HEX.matcher(name).replaceAll(
        hex -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(hex.group(1), 16))));
  }

  private void ended(Begun begun, String arguments) {
    boolean socket = begun.target().contains("TCP") || begun.target().startsWith("socket:");
    boolean log = begun.target().endsWith(".log");
    switch (begun.call()) {
      case "fdatasync", "fsync" -> {
        if (arguments.endsWith("= 0")) {
          events.accept(new SyscallEvent.Synced(begun.line(), line, begun.target()));
        }
      }
      default -> {
        if (socket) {
          sent(begun, arguments);
        } else if (log) {
          written(begun, arguments);
        }
      }
    }
  }

  private void sent(Begun begun, String arguments) {
    List<String> ids = ids(arguments, ACKED);
    if (!ids.isEmpty()) {
      events.accept(new SyscallEvent.AcksSent(begun.line(), line, ids));
    }
  }

  private void written(Begun begun, String arguments) {
    List<String> ids = ids(arguments, STORED);
    if (!ids.isEmpty()) {
      events.accept(new SyscallEvent.LogWritten(begun.line(), line, begun.target(), ids));
    }
  }

  private static List<String> ids(String bytes, String tag) {
    List<String> ids = new ArrayList<>();
    for (int at = bytes.indexOf(tag); at >= 0; at = bytes.indexOf(tag, at + 1)) {
      int from = at + tag.length();
      if (from + ID_CHARS <= bytes.length()) {
        ids.add(bytes.substring(from, from + ID_CHARS).replace("\\x", ""));
      }
    }
    return ids;
  }
}
