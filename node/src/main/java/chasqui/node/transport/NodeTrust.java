package chasqui.node.transport;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/// Believes certificates of the authority, for the roles that they name. Host names count for nothing: nodes come and go
/// at addresses that no certificate can know.
final class NodeTrust extends X509ExtendedTrustManager {

  private final X509TrustManager authority;
  private final Set<String> claimed;
  private final String peer;
  private final Refusals refusals;

  private NodeTrust(X509TrustManager authority, Set<String> claimed, String peer, Refusals refusals) {
    this.authority = authority;
    this.claimed = claimed;
    this.peer = peer;
    this.refusals = refusals;
  }

  /// In whoever calls; what they may call is decided call by call.
  static NodeTrust inCallers(X509TrustManager authority, Refusals refusals) {
    return new NodeTrust(authority, Set.of(), "a caller", refusals);
  }

  /// In a node that is called.
  ///
  /// @param claimed the roles that it must prove, as in certificates
  static NodeTrust inNode(X509TrustManager authority, Set<String> claimed, String peer, Refusals refusals) {
    return new NodeTrust(authority, claimed, peer, refusals);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    try {
      authority.checkClientTrusted(chain, type);
    } catch (CertificateException untrusted) {
      refuse(Refusals.Reason.CERTIFICATE, chain, untrusted);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    try {
      authority.checkServerTrusted(chain, type);
    } catch (CertificateException untrusted) {
      refuse(Refusals.Reason.CERTIFICATE, chain, untrusted);
    }
    Set<String> proven = PeerRoles.of(chain[0]);
    if (!proven.containsAll(claimed)) {
      refuse(Refusals.Reason.ROLE, chain, new CertificateException("it is to be " + claimed + ", and proves " + proven));
    }
  }

  private void refuse(Refusals.Reason reason, X509Certificate[] chain, CertificateException why) throws CertificateException {
    refusals.refused(reason, peer + " " + chain[0].getSubjectX500Principal(), String.valueOf(why.getMessage()));
    throw why;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
    checkClientTrusted(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
    checkClientTrusted(chain, type);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
    checkServerTrusted(chain, type);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
    checkServerTrusted(chain, type);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authority.getAcceptedIssuers();
  }
}
