package chasqui.drills.faults.rows;

import chasqui.drills.faults.ground.Drill;
import chasqui.drills.faults.ground.Finding;
import chasqui.drills.faults.ground.Ground;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// Bytes that are not HTTP/2, or hardly, on the client port: each connection is ended, soon.
public final class GarbageBytes implements Drill {

  private static final int PATIENCE_MILLIS = 30_000;
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  @Override
  public void run(Ground ground, Finding finding) {
    int rounds = ground.effort().of(3, 50);
    int connections = 0;
    for (int round = 0; round < rounds; round++) {
      for (Map.Entry<String, byte[]> garbage : garbage(ground).entrySet()) {
        connections++;
        finding.require(isEnded(ground, garbage.getValue()), garbage.getKey() + ": the connection stays open");
      }
    }
    finding.figure("connections", connections);
  }

  private static Map<String, byte[]> garbage(Ground ground) {
    Map<String, byte[]> garbage = new LinkedHashMap<>();
    garbage.put("random bytes", ground.id(4_096).toByteArray());
    garbage.put("HTTP/1.1", "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    garbage.put("a TLS hello", new byte[] {22, 3, 1, 2, 0, 1, 0, 1, (byte) 252, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    garbage.put("zeros", new byte[1_024]);
    byte[] preface = PREFACE.getBytes(StandardCharsets.US_ASCII);
    byte[] broken = new byte[preface.length + 512];
    ground.random().nextBytes(broken);
    System.arraycopy(preface, 0, broken, 0, preface.length);
    garbage.put("random frames behind the preface", broken);
    return garbage;
  }

  /// The peer closes, or resets.
  private static boolean isEnded(Ground ground, byte[] garbage) {
    String address = ground.node().edgeAddress();
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      return isEnded(socket, garbage);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static boolean isEnded(Socket socket, byte[] garbage) {
    try {
      socket.getOutputStream().write(garbage);
      while (socket.getInputStream().read() >= 0) {
        // What it has to say.
      }
      return true;
    } catch (java.net.SocketTimeoutException open) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }
}
