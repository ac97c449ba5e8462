package chasqui.node.config;

/// Where a mailbox keeps its data. Shares the section `store` with the embedded store's own settings.
///
/// @param kind which store
public record StoreConfig(Kind kind) {

  /// The stores there are.
  public enum Kind {
    /// In the data folder of the one mailbox.
    EMBEDDED,
    /// In a CQL database that all mailboxes share.
    CQL
  }

  public static final StoreConfig DEFAULT = new StoreConfig(Kind.EMBEDDED);
}
