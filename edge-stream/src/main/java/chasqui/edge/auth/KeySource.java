package chasqui.edge.auth;

/// Where the keys in force come from. Any thread; never blocks.
public interface KeySource {

  /// The last good set.
  VerifyingKeys current();

  /// A token named a key that is not in the set: the issuer may have a new one. At most a hint.
  void missed();

  /// Keys that never change.
  static KeySource fixed(VerifyingKeys keys) {
    return new KeySource() {
      @Override
      public VerifyingKeys current() {
        return keys;
      }

      @Override
      public void missed() {}
    };
  }
}
