package chasqui.client;

/// Gives the signed token of the user.
@FunctionalInterface
public interface TokenSource {

  /// May block, may fail; a failure is tried again with back-off.
  ///
  /// @param fresh whether the last token was refused or is about to end, so that the same one would be of no use
  String token(boolean fresh) throws Exception;

  /// Always the same token, for as long as it lasts.
  static TokenSource fixed(String token) {
    return _ -> token;
  }
}
