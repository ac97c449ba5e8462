package chasqui.client.store;

/// The data folder was written by a newer client, or by something else.
public final class StoreVersionException extends RuntimeException {
  StoreVersionException(String message) {
    super(message);
  }
}
