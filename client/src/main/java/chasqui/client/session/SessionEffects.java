package chasqui.client.session;

import chasqui.edge.v1.ClientFrame;
import chasqui.edge.v1.Position;

/// What a session asks of the world around it. Nothing here blocks, and nothing here calls back into the session before
/// it returns: answers come as later inputs to [SessionCore].
public interface SessionEffects {

  /// Opens a stream to an endpoint. Answered by [SessionCore#onWritable], frames, and [SessionCore#onStreamEnded].
  ///
  /// @param stream the connect number, which names the stream from here on
  void open(long stream, int endpoint);

  /// Whether the stream takes a frame now without queueing it. When it turns true again, [SessionCore#onWritable] follows.
  boolean isReady(long stream);

  /// Writes a frame. Only called while [#isReady].
  void write(long stream, ClientFrame frame);

  /// Says that no more frames come; the server is to end the stream.
  void halfClose(long stream);

  /// Ends a stream at once. No input about it is expected any more.
  void cancel(long stream, String why);

  /// Asks for a token; answered by [SessionCore#onToken] or [SessionCore#onTokenFailed].
  ///
  /// @param fresh whether the last one was refused or is about to end
  void requestToken(boolean fresh);

  /// Appends to the durable state, in order; answered by [SessionCore#onDurable].
  ///
  /// @param number of the record, rising by one
  /// @param sync whether somebody waits for it to be durable; others may ride along with a later one
  void store(long number, StoreRecord record, boolean sync);

  /// Hands an event to the listener, in order.
  void emit(ClientEvent event);

  /// Stands in the same order as the events: when the listener is done with all before it, [SessionCore#onShown] is to
  /// be called with the same values.
  ///
  /// @param entries how many entries were shown since the last one of this conversation
  void reached(Position position, int entries);

  /// Asks for [SessionCore#onTimer] at or after this time; replaces what was asked before. [Long#MAX_VALUE] for none.
  void wakeAt(long atMillis);
}
