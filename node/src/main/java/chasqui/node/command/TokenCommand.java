package chasqui.node.command;

import chasqui.edge.auth.AuthConfig;
import chasqui.edge.auth.DevKeys;
import chasqui.edge.auth.TokenMinter;
import chasqui.node.DataFolder;
import chasqui.node.StartException;
import chasqui.node.config.Durations;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Prints a token, and nothing else, so that a shell can take it.
@Command(name = "token", mixinStandardHelpOptions = true,
    description = "Prints a token for a user, signed with the development key of the data folder.")
public final class TokenCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Mixin
  private DataOptions options;

  @Option(names = {"--user", "--sub", "--as"}, required = true, paramLabel = "USER", description = "The user.")
  private String user;

  @Option(names = "--ttl", paramLabel = "DURATION", defaultValue = "12h", converter = Durations.class,
      description = "How long it lasts, such as 30m (default: ${DEFAULT-VALUE}).")
  private Duration ttl;

  @Override
  public Integer call() throws IOException {
    AuthConfig auth = options.load().get(AuthConfig.class);
    if (!auth.jwks().isEmpty()) {
      throw new StartException("this node takes tokens of the issuer with the keys at " + auth.jwks() + ": ask that one");
    }
    new DataFolder(options.data()).create();
    TokenMinter minter = DevKeys.of(options.data()).minter(auth.audience(), InstantSource.system());
    PrintWriter out = spec.commandLine().getOut();
    try {
      out.println(minter.mint(user, ttl));
    } catch (IllegalArgumentException bad) {
      throw new StartException(bad.getMessage(), bad);
    }
    return 0;
  }
}
