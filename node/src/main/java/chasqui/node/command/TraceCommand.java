package chasqui.node.command;

import chasqui.node.DataFolder;
import chasqui.node.StartException;
import chasqui.node.ops.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Asks the node on a data folder what became of one entry.
@Command(name = "trace", mixinStandardHelpOptions = true,
    description = "Tells what became of one entry on its way to each device: committed, routed, written, acked, or why not."
        + " Asks a running node with the edge role; the whole mesh answers. Never tells what the entry says.")
public final class TraceCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Mixin
  private DataOptions options;

  @Parameters(index = "0", paramLabel = "CONVERSATION", description = "The conversation's id.")
  private String conversation;

  @Parameters(index = "1", paramLabel = "SEQ", description = "The entry's seq.")
  private long seq;

  @Option(names = "--users", paramLabel = "A,B", defaultValue = "",
      description = "Only the devices of these users, at most 50; without it, of up to 50 members.")
  private String users;

  @Option(names = "--json", description = "Print the whole document.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    DataFolder folder = new DataFolder(options.data());
    DataFolder.Addresses addresses =
        folder.addresses().orElseThrow(() -> new StartException("no node runs on " + options.data()));
    String query = "?conversation=" + encoded(conversation) + "&seq=" + seq + "&users=" + encoded(users);
    try {
      String document = OpsClient.post(addresses.ops(), "/trace" + query, folder.secret());
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.print(document);
      } else {
        print(out, Json.read(document));
      }
      out.flush();
      return 0;
    } catch (IOException | IllegalArgumentException refused) {
      throw new StartException("the node at " + addresses.ops() + " traced nothing: " + refused.getMessage(), refused);
    }
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private static void print(PrintWriter out, Map<String, Object> document) {
    Map<?, ?> committed = (Map<?, ?>) document.get("committed");
    out.printf("committed %s  by %s on '%s', generation %s, head %s%n", committed.get("stamp"),
        committed.get("sender_user"), committed.get("sender_device"), committed.get("generation"), committed.get("head"));
    for (Map<?, ?> routed : maps(document, "routed")) {
      out.printf("routed    %s  by %s, from mailbox %s (%s)%n", routed.get("pushed"), routed.get("router"),
          routed.get("mailbox"), routed.get("mailbox_incarnation"));
      for (Map<?, ?> copy : maps(routed, "copies")) {
        out.printf("  to edge %s  %s, %s sessions%s%n", copy.get("sent"), copy.get("edge"), copy.get("sessions"),
            because(", dropped: ", copy.get("dropped")));
      }
    }
    for (Map<?, ?> device : maps(document, "devices")) {
      out.printf("%-20s %s%n", device.get("outcome"), device.get("user") + because("/", device.get("device")));
      for (Map<?, ?> stream : maps(device, "streams")) {
        out.printf("  on %s%s%s%s%s%n", stream.get("edge"), Boolean.TRUE.equals(stream.get("open")) ? "" : ", ended",
            because(", written ", stream.get("written")), because(", acked ", stream.get("acked")),
            because(", waits for ", stream.get("waits_for")));
      }
    }
    note(out, "members left out", document.get("members_left_out"));
    note(out, "gave no answer", document.get("silent_nodes"));
    note(out, "do not remember that long", document.get("forgetful_nodes"));
  }

  private static List<Map<?, ?>> maps(Map<?, ?> document, String key) {
    return ((List<?>) document.get(key)).stream().<Map<?, ?>>map(each -> (Map<?, ?>) each).toList();
  }

  private static String because(String before, Object value) {
    return String.valueOf(value).isEmpty() ? "" : before + value;
  }

  private static void note(PrintWriter out, String what, Object value) {
    boolean nothing = value instanceof List<?> list ? list.isEmpty() : ((Number) value).longValue() == 0;
    if (!nothing) {
      out.printf("%s: %s%n", what, value);
    }
  }
}
