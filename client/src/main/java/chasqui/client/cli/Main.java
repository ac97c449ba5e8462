package chasqui.client.cli;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/// The command line client.
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.setProperty("logback.configurationFile", "chasqui-cli-logback.xml");
    var input = new BufferedReader(new InputStreamReader(System.in, charset("stdin.encoding")));
    var out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, charset("stdout.encoding"));
    var err = new PrintStream(new FileOutputStream(FileDescriptor.err), false, charset("stderr.encoding"));
    System.exit(new ChatCommand(System.getenv(), input, out, err).execute(arguments));
  }

  /// What the terminal speaks; a pipe, and a terminal that says nothing, gets UTF-8.
  private static Charset charset(String property) {
    var name = System.getProperty(property);
    boolean terminal = System.console() != null && System.console().isTerminal();
    return terminal && name != null && Charset.isSupported(name) && !name.equals("US-ASCII") && !name.equals("ANSI_X3.4-1968")
        ? Charset.forName(name)
        : StandardCharsets.UTF_8;
  }
}
