package chasqui.testkit.cassandra;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/// As much of CQL's binary protocol as tells whether a server serves.
final class NativeProtocol {
  private static final int TIMEOUT_MS = 2_000;
  private static final int VERSION = 4;
  private static final int OPTIONS = 5;
  private static final int SUPPORTED = 6;
  private static final int OPCODE_AT = 4;

  private NativeProtocol() {}

  /// True if somebody there answers a request for the options.
  static boolean answers(String host, int port) {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(TIMEOUT_MS);
      socket.connect(new InetSocketAddress(host, port), TIMEOUT_MS);
      socket.getOutputStream().write(new byte[] {VERSION, 0, 0, 0, OPTIONS, 0, 0, 0, 0});
      byte[] header = new byte[9];
      new DataInputStream(socket.getInputStream()).readFully(header);
      return header[OPCODE_AT] == SUPPORTED;
    } catch (IOException notYet) {
      return false;
    }
  }
}
