package chasqui.edge.auth;

/// The keys that verify tokens cannot be had. The message is one sentence for an operator, without key material.
public final class UnusableKeysException extends RuntimeException {

  public UnusableKeysException(String message) {
    super(message);
  }
}
