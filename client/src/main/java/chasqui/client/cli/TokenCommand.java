package chasqui.client.cli;

import chasqui.client.TokenSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// Tokens from outside: a file that somebody keeps fresh, or a command that prints one.
final class TokenCommand {
  private static final long TIMEOUT_SECONDS = 120;

  private TokenCommand() {}

  /// Read anew whenever a token is needed.
  static TokenSource file(Path file) {
    return _ -> Files.readString(file).strip();
  }

  /// Run by the shell whenever a token is needed, with the user in `CHASQUI_USER`; prints the token on standard output.
  static TokenSource command(String command, String user) {
    return _ -> run(command, user);
  }

  private static String run(String command, String user) throws IOException, InterruptedException {
    var errors = Files.createTempFile("chasqui-token", ".err");
    try {
      var builder = new ProcessBuilder("sh", "-c", command)
          .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
          .redirectError(errors.toFile());
      builder.environment().put("CHASQUI_USER", user);
      var process = builder.start();
      var printed = process.inputReader(StandardCharsets.UTF_8);
      var token = printed.lines().map(String::strip).filter(line -> !line.isEmpty()).reduce("", (_, last) -> last);
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("the token command did not end within " + TIMEOUT_SECONDS + " s");
      }
      if (process.exitValue() != 0 || token.isEmpty()) {
        throw new IOException("the token command failed (exit " + process.exitValue() + "): "
            + PlainText.line(Files.readString(errors).strip()));
      }
      return token;
    } finally {
      Files.deleteIfExists(errors);
    }
  }
}
