package chasqui.testkit.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/// Ports of the loopback address that nobody listens on. Somebody may take one before it is used: prefer port 0 wherever
/// the listener can say which port it got.
public final class FreePorts {
  private static final int TRIES_MAX = 4;
  // As etcd and Envoy say it, and Cassandra of its two kinds of ports.
  private static final Pattern IN_USE =
      Pattern.compile("address( already)? in use|is in use by another process|failed to bind port", Pattern.CASE_INSENSITIVE);

  private FreePorts() {}

  public static int one() {
    return several(1).getFirst();
  }

  /// Starts what must be told its ports. Where it fails because somebody else took one meanwhile, it is started again on
  /// others, a few times.
  ///
  /// @param start fails with an [AssertionError] that tells what the program said; must have ended by then what it started
  public static <T> T started(int count, Function<List<Integer>, T> start) {
    for (int tries = 1; ; tries++) {
      try {
        return start.apply(several(count));
      } catch (AssertionError failure) {
        if (tries == TRIES_MAX || !IN_USE.matcher(String.valueOf(failure.getMessage())).find()) {
          throw failure;
        }
      }
    }
  }

  /// Different ones: all are held until all are found.
  public static List<Integer> several(int count) {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      sockets.forEach(FreePorts::close);
    }
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
