package chasqui.client.store;

/// Another client, in this process or another one, has the data folder open.
public final class DataFolderInUseException extends RuntimeException {
  DataFolderInUseException(String message) {
    super(message);
  }
}
