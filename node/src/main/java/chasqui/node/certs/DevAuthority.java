package chasqui.node.certs;

import chasqui.node.StartException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Issues certificates from a folder, P-256 and good for a year. Its key stays there, in `authority.p12`, readable by its
/// owner alone; `authority.pem` is what nodes are given to believe.
public final class DevAuthority {

  /// A certificate and its key, as PEM files.
  public record Issued(Path certificate, Path key) {}

  private static final String ALIAS = "authority";
  // Protects nothing: the folder does. Key stores want one.
  private static final String PASSWORD = "development";
  private static final int DAYS = 365;
  private static final int KEYTOOL_SECONDS = 60;

  private final Path folder;

  private DevAuthority(Path folder) {
    this.folder = folder;
  }

  /// The authority of a folder, made if it is not there.
  ///
  /// @throws StartException if the folder or keytool cannot be used
  public static DevAuthority in(Path folder) {
    DevAuthority authority = new DevAuthority(folder);
    try {
      Files.createDirectories(folder);
      if (!Files.exists(authority.store())) {
        authority.keytool(ALIAS, "CN=chasqui development authority", "-ext", "bc:c", "-ext", "ku:c=keyCertSign,cRLSign");
      }
      write(authority.certificate(), pem("CERTIFICATE", authority.open().getCertificate(ALIAS).getEncoded()), false);
      return authority;
    } catch (IOException | GeneralSecurityException unusable) {
      throw new StartException("certificates cannot be made in " + folder + ": " + unusable.getMessage(), unusable);
    }
  }

  /// What those trust who trust it.
  public Path certificate() {
    return folder.resolve("authority.pem");
  }

  /// A certificate for this machine, at `NAME.crt` and `NAME.key`; the one that is there, if it was made before.
  ///
  /// @param uris who it says that its holder is
  /// @throws StartException if it cannot be made
  public Issued issue(String name, List<String> uris) {
    Issued files = new Issued(folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
    try {
      if (!open().containsAlias(name)) {
        List<String> names = new ArrayList<>(uris.stream().map(uri -> "uri:" + uri).toList());
        names.addAll(List.of("dns:localhost", "ip:127.0.0.1"));
        keytool(name, "CN=" + name, "-signer", ALIAS, "-ext", "SAN=" + String.join(",", names));
      }
      KeyStore keys = open();
      write(files.certificate(), pem("CERTIFICATE", keys.getCertificate(name).getEncoded()), false);
      write(files.key(), pem("PRIVATE KEY", keys.getKey(name, PASSWORD.toCharArray()).getEncoded()), true);
      return files;
    } catch (IOException | GeneralSecurityException unusable) {
      throw new StartException("no certificate can be made for " + name + ": " + unusable.getMessage(), unusable);
    }
  }

  private Path store() {
    return folder.resolve("authority.p12");
  }

  private KeyStore open() throws IOException, GeneralSecurityException {
    return KeyStore.getInstance(store().toFile(), PASSWORD.toCharArray());
  }

  private void keytool(String alias, String subject, String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
        "-genkeypair", "-alias", alias, "-keyalg", "EC", "-groupname", "secp256r1", "-sigalg", "SHA256withECDSA",
        "-dname", subject, "-startdate", "-1d", "-validity", Integer.toString(DAYS), "-storetype", "PKCS12",
        "-keystore", store().toString(), "-storepass", PASSWORD));
    command.addAll(List.of(options));
    Path log = Files.createTempFile(folder, "keytool", ".log");
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
      if (!process.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("keytool did not end within " + KEYTOOL_SECONDS + " s");
      }
      if (process.exitValue() != 0) {
        throw new IOException("keytool: " + Files.readString(log).strip());
      }
      ownerOnly(store());
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", hurried);
    } finally {
      Files.deleteIfExists(log);
    }
  }

  /// Written whole or not at all; a secret is never readable by others, not even for a moment.
  private static void write(Path file, String text, boolean secret) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(draft);
    Optional<FileAttribute<?>> mode = secret && posix(file)
        ? Optional.of(PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))) : Optional.empty();
    try (var channel = Files.newByteChannel(
        draft, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode.stream().toArray(FileAttribute<?>[]::new))) {
      channel.write(StandardCharsets.US_ASCII.encode(text));
    }
    Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void ownerOnly(Path file) throws IOException {
    if (posix(file)) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
  }

  private static boolean posix(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private static String pem(String kind, byte[] der) {
    return "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END " + kind + "-----\n";
  }
}
