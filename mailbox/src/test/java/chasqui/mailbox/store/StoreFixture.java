package chasqui.mailbox.store;

/// An implementation under the contract tests: opens the same data set again and again.
public interface StoreFixture {

  /// The N of slots that every data set of the tests has.
  int SLOTS = 64;

  /// Opens the data set, with {@link #SLOTS} slots and the test's clock. The one opened before was closed.
  MailboxStore open() throws Exception;
}
