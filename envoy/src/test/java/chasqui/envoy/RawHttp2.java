package chasqui.envoy;

import chasqui.testkit.process.Await;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/// An HTTP/2 connection over TLS on which every frame is up to us. Thread-safe.
final class RawHttp2 implements AutoCloseable {

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int CONTINUATION = 9;
  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int END_HEADERS = 4;

  private final SSLSocket socket;
  private final OutputStream out;
  private final Map<Integer, Integer> resets = new ConcurrentHashMap<>();
  private final List<Integer> answered = new CopyOnWriteArrayList<>();
  private final AtomicInteger pings = new AtomicInteger();
  private int nextStream = -1;
  private volatile boolean isEnded;

  private RawHttp2(SSLSocket socket) throws IOException {
    this.socket = socket;
    this.out = socket.getOutputStream();
  }

  /// Whether TLS with HTTP/2 comes about now.
  static boolean canConnect(Front front) {
    try (RawHttp2 connection = to(front)) {
      return !connection.isEnded();
    } catch (UncheckedIOException refused) {
      return false;
    }
  }

  /// Whether TLS comes about with this version and cipher suite alone.
  static boolean canShakeHands(Front front, String version, String cipher) {
    try (SSLSocket socket = (SSLSocket) context(front.authority()).getSocketFactory().createSocket("127.0.0.1", front.port())) {
      socket.setEnabledProtocols(new String[] {version});
      socket.setEnabledCipherSuites(new String[] {cipher});
      socket.startHandshake();
      return true;
    } catch (IOException refused) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static RawHttp2 to(Front front) {
    try {
      SSLSocket socket = (SSLSocket) context(front.authority()).getSocketFactory().createSocket("127.0.0.1", front.port());
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      if (!socket.getApplicationProtocol().equals("h2")) {
        throw new AssertionError("ALPN gave " + socket.getApplicationProtocol());
      }
      RawHttp2 connection = new RawHttp2(socket);
      connection.out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      connection.frame(SETTINGS, 0, 0, new byte[0]);
      Thread.ofVirtual().name("raw http2").start(connection::read);
      return connection;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A TLS context that trusts the certificates in a PEM file.
  static SSLContext context(Path authority) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream pem = Files.newInputStream(authority)) {
      trusted.setCertificateEntry("front", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /// Writes a frame.
  ///
  /// @return whether the other side still takes what we write
  synchronized boolean frame(int type, int flags, int stream, byte[] payload) {
    try {
      ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
      frame.putInt(payload.length << 8 | type).put((byte) flags).putInt(stream).put(payload);
      out.write(frame.array());
      out.flush();
      return true;
    } catch (IOException closed) {
      isEnded = true;
      return false;
    }
  }

  /// Opens a gRPC request, whose body is open.
  boolean request(int stream, String path, String... more) {
    return frame(HEADERS, END_HEADERS, stream, block(path, more));
  }

  /// The number of a new stream.
  int next() {
    nextStream += 2;
    return nextStream;
  }

  /// Waits until the other side has read everything that was written before, or has ended.
  void ping() {
    int before = pings.get();
    frame(PING, 0, 0, new byte[8]);
    Await.until(Front.PATIENCE, "a pong", () -> pings.get() > before || isEnded);
  }

  boolean reset(int stream) {
    return frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
  }

  /// The header block of a gRPC request, without compression.
  static byte[] block(String path, String... more) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    header(block, ":method", "POST");
    header(block, ":scheme", "https");
    header(block, ":authority", "localhost");
    header(block, ":path", path);
    header(block, "content-type", "application/grpc");
    header(block, "te", "trailers");
    for (int i = 0; i < more.length; i += 2) {
      header(block, more[i], more[i + 1]);
    }
    return block.toByteArray();
  }

  /// One more header, as a block.
  static byte[] more(String name, String value) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    header(block, name, value);
    return block.toByteArray();
  }

  /// Whether the other side closed the connection, or said that it will.
  boolean isEnded() {
    return isEnded;
  }

  boolean isReset(int stream) {
    return resets.containsKey(stream);
  }

  /// Whether headers came for the stream.
  boolean isAnswered(int stream) {
    return answered.contains(stream);
  }

  private static void header(ByteArrayOutputStream block, String name, String value) {
    block.write(0); // literal, not indexed, with its name
    text(block, name);
    text(block, value);
  }

  private static void text(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length < 127) {
      block.write(bytes.length);
    } else {
      block.write(127);
      int rest = bytes.length - 127;
      for (; rest >= 128; rest >>>= 7) {
        block.write(rest & 127 | 128);
      }
      block.write(rest);
    }
    block.writeBytes(bytes);
  }

  private void read() {
    try (DataInputStream in = new DataInputStream(((Socket) socket).getInputStream())) {
      while (true) {
        int lengthAndType = in.readInt();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = in.readNBytes(lengthAndType >>> 8);
        switch (lengthAndType & 255) {
          case RST_STREAM -> resets.put(stream, ByteBuffer.wrap(payload).getInt());
          case HEADERS -> answered.add(stream);
          case GOAWAY -> isEnded = true;
          case PING -> {
            if ((flags & ACK) != 0) {
              pings.incrementAndGet();
            }
            acknowledge(PING, flags, payload);
          }
          case SETTINGS -> acknowledge(SETTINGS, flags, payload);
          default -> { }
        }
      }
    } catch (IOException closed) {
      isEnded = true;
    }
  }

  private void acknowledge(int type, int flags, byte[] payload) {
    if ((flags & ACK) == 0) {
      frame(type, ACK, 0, type == PING ? payload : new byte[0]);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
