package chasqui.node.ops;

import chasqui.node.ops.OpsServer.Page;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// What whoever may read the node's data folder can ask of it: each by POST, with the secret that is kept there while the
/// node runs. A browser that was lured to the port does not know it. Any thread.
public final class OpsActions {

  private static final int SECRET_BYTES = 32;

  private final String secret;
  private final Map<String, Function<String, Page>> byPath = new ConcurrentHashMap<>();

  /// @param secureRandom gives the secret, another one at every start
  public OpsActions(RandomGenerator secureRandom) {
    byte[] bytes = new byte[SECRET_BYTES];
    secureRandom.nextBytes(bytes);
    secret = HexFormat.of().formatHex(bytes);
  }

  /// Offers an action from now on. It is given the query of the URI as it came, or null; it may block.
  public void add(String path, Function<String, Page> action) {
    byPath.put(path, action);
  }

  /// What proves that somebody may ask.
  public String secret() {
    return secret;
  }

  /// The action, or null.
  Function<String, Page> find(String path) {
    return byPath.get(path);
  }

  /// @param authorization a header's value, or null
  boolean isTrusted(String authorization) {
    byte[] expected = ("Bearer " + secret).getBytes(StandardCharsets.UTF_8);
    return authorization != null && MessageDigest.isEqual(authorization.getBytes(StandardCharsets.UTF_8), expected);
  }
}
