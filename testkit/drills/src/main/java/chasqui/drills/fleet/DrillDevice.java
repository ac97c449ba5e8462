package chasqui.drills.fleet;

import chasqui.client.ChasquiClient;
import chasqui.client.ChasquiClientBuilder;
import chasqui.client.ClientListener;
import chasqui.client.TokenSource;
import chasqui.client.session.ClientEvent;
import chasqui.client.session.SessionBounds;
import chasqui.history.v1.FetchHistoryResponse;
import chasqui.testkit.history.ObservationSink;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/// A device of a drill: the real SDK with its data folder, watched by a [Witness].
public final class DrillDevice implements AutoCloseable {

  private static final int READ_PAGE = 500;
  // Impatient beside the SDK's 30 s, so that a node that is back is under load again soon.
  private static final SessionBounds.RetryBounds RETRY = new SessionBounds.RetryBounds(250, 2_000, 10_000, 5_000, 3);

  private final String user;
  private final String deviceId;
  private final Path folder;
  private final TokenSource tokens;
  private final Witness witness;
  private final ClientListener listener;
  private ChasquiClient client;

  /// @param folder holds a folder for each device
  /// @param listener is told what the witness was told before it
  public DrillDevice(
      String user, String deviceId, Path folder, TokenSource tokens, ObservationSink history, LongSupplier nowMicros,
      ClientListener listener) {
    this.user = user;
    this.deviceId = deviceId;
    this.folder = folder.resolve(user + "-" + deviceId);
    this.tokens = tokens;
    this.witness = new Witness(user, deviceId, history, nowMicros);
    this.listener = listener;
  }

  /// Goes online, with what it has in its data folder.
  public void connect(String... endpoints) {
    connect(ChasquiClient.builder(), endpoints);
  }

  /// The same, by TLS.
  ///
  /// @param authority PEM file of who signed the server's certificate
  public void connectTrusting(Path authority, String... endpoints) {
    connect(ChasquiClient.builder().trust(authority), endpoints);
  }

  private void connect(ChasquiClientBuilder builder, String... endpoints) {
    client = builder
        .endpoints(endpoints)
        .token(tokens)
        .deviceId(deviceId)
        .clientName("chasqui-drill")
        .dataFolder(folder)
        .bounds(SessionBounds.DEFAULTS.withRetry(RETRY))
        .tap(witness)
        .listener(this::on)
        .connect();
  }

  private void on(ClientEvent event) {
    witness.on(event);
    listener.on(event);
  }

  /// Reads a conversation's whole log, page by page, into the history: what the store holds, whatever was delivered.
  public void readBack(String conversation) {
    long after = 0;
    FetchHistoryResponse page;
    do {
      page = ChasquiClient.await(client.history().after(conversation, after, READ_PAGE));
      long upto = page.getNextFromSeq() == 0 ? page.getHead() : page.getNextFromSeq();
      witness.read(conversation, page.getGeneration(), after, upto, page.getEntriesList());
      after = page.getNextFromSeq();
    } while (after != 0);
  }

  public ChasquiClient client() {
    return client;
  }

  /// How often a budget refused a send; the SDK sends it again later and does not tell.
  public int heldBack() {
    return witness.heldBack();
  }

  public String user() {
    return user;
  }

  /// `USER/DEVICE`, as histories name it.
  public String name() {
    return witness.device();
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
      client = null;
    }
  }
}
