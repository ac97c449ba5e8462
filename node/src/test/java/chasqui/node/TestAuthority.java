package chasqui.node;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;

/// Issues certificates, by the JDK's own keytool.
public final class TestAuthority {

  private final Path folder;
  private final String name;
  private final Path store;
  private final TestCertificate own;

  public TestAuthority(Path folder, String name) throws IOException, GeneralSecurityException, InterruptedException {
    this.folder = folder;
    this.name = name;
    this.store = folder.resolve(name + ".p12");
    TestCertificate.keytool(store, "authority", "CN=" + name, "-ext", "bc:c", "-validity", "30");
    own = TestCertificate.of(store, "authority", folder.resolve(name));
  }

  /// What those trust who trust it.
  public Path certificate() {
    return own.certificate();
  }

  /// A certificate for a client, good for a month.
  ///
  /// @param names such as `uri:spiffe://chasqui/service/billing`
  public TestCertificate issue(String subject, String names) throws IOException, GeneralSecurityException, InterruptedException {
    return issue(subject, names, "-startdate", "-1d", "-validity", "30");
  }

  /// A certificate that ended yesterday.
  public TestCertificate expired(String subject, String names) throws IOException, GeneralSecurityException, InterruptedException {
    return issue(subject, names, "-startdate", "-10d", "-validity", "9");
  }

  private TestCertificate issue(String subject, String names, String from, String start, String lasts, String days)
      throws IOException, GeneralSecurityException, InterruptedException {
    TestCertificate.keytool(store, subject, "CN=" + subject, "-signer", "authority", "-ext", "SAN=" + names, from, start, lasts, days);
    return TestCertificate.of(store, subject, folder.resolve(name + "-" + subject));
  }
}
