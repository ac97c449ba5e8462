package chasqui.node.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.node.CommandRun;
import chasqui.node.TestCertificate;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each trouble is named with how to mend it; a healthy machine has none.
class DoctorTest {

  @TempDir
  private Path folder;

  @Test
  void a_healthy_folder_has_no_failure() throws Exception {
    CommandRun run = doctor("edge.port = 0\nops.port = 0\n");
    assertEquals(0, run.exit(), run.out());
    assertTrue(run.out().lines().allMatch(line -> line.matches("(OK|WARN|FAIL) .{2,}")), run.out());
  }

  @Test
  void a_port_in_use_names_its_holder() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      CommandRun run = doctor("edge.port = " + taken.getLocalPort() + "\nops.port = 0\n");
      assertEquals(1, run.exit());
      String line = line(run, "client port");
      assertTrue(line.startsWith("FAIL"), line);
      assertTrue(line.contains("pid " + ProcessHandle.current().pid() + " ("), line);
    }
  }

  @Test
  void what_is_not_safe_is_told_before_the_node_refuses() throws Exception {
    String line = line(doctor("edge.host = 0.0.0.0\nedge.port = 0\nops.port = 0\n"), "exposure");
    assertTrue(line.startsWith("FAIL") && line.contains("tls.certificate") && line.contains("auth.jwks"), line);
  }

  @Test
  void keys_that_cannot_be_read_are_a_failure() throws Exception {
    String line = line(doctor("auth.jwks = " + folder.resolve("absent.json") + "\nedge.port = 0\nops.port = 0\n"), "keys");
    assertTrue(line.startsWith("FAIL") && line.contains("absent.json"), line);
  }

  @Test
  void a_certificate_is_checked_against_its_key_and_the_clock() throws Exception {
    TestCertificate own = TestCertificate.in(folder, "own");
    TestCertificate other = TestCertificate.in(folder, "other");
    Instant now = InstantSource.system().instant();
    assertEquals(Finding.Level.OK, tls(own.certificate(), own.key(), now).level());
    assertEquals(Finding.Level.FAIL, tls(own.certificate(), other.key(), now).level());
    assertEquals(Finding.Level.FAIL, tls(own.certificate(), own.key(), now.plus(Duration.ofDays(60))).level());
    assertEquals(Finding.Level.FAIL, tls(own.key(), own.key(), now).level());
  }

  @Test
  void data_that_another_process_holds_is_told_with_its_pid() throws Exception {
    Path lock = Files.writeString(folder.resolve("lock"), "4711\n");
    // Within one process a lock that is held already shows as an exception and not as null; both mean in use.
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE); var held = channel.lock()) {
      assertTrue(held.isValid());
      Finding finding = DataChecks.alone(folder);
      assertEquals(Finding.Level.WARN, finding.level());
      assertTrue(finding.sentence().contains("4711"), finding.sentence());
    }
  }

  @Test
  void a_folder_that_cannot_be_written_to_is_a_failure() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertEquals(Finding.Level.FAIL, DataChecks.writable(file.resolve("data")).level());
  }

  @Test
  void a_clock_that_is_far_off_is_a_failure() {
    assertEquals(Finding.Level.FAIL, MachineChecks.clock(Instant.EPOCH).level());
  }

  @Test
  void few_open_files_are_a_warning() throws Exception {
    Path limits = Files.writeString(folder.resolve("limits"), "Limit  Soft Limit\nMax open files            1024                 4096                 files\n");
    assertEquals(Finding.Level.WARN, MachineChecks.openFiles(limits).level());
  }

  @Test
  void a_node_among_others_needs_etcd_and_what_it_proves_itself_with() throws Exception {
    Path certs = folder.resolve("certs");
    assertEquals(0, CommandRun.of("certs", certs.toString()).exit());
    CommandRun run = doctor("node.roles = router\ncluster.etcd = 127.0.0.1:1\ninternal.port = 0\nops.port = 0\ninternal.host = 0.0.0.0\n"
        + "internal.advertise = here\ninternal.certificate = " + certs.resolve("router.crt") + "\ninternal.key = "
        + certs.resolve("router.key") + "\ninternal.authority = " + certs.resolve("authority.pem") + "\n");
    assertTrue(line(run, "etcd").contains("FAIL"), run.out());
    assertTrue(line(run, "internal tls").contains("OK"), run.out());
    assertTrue(line(run, "internal exposure").contains("OK"), run.out());
    assertTrue(run.out().lines().noneMatch(line -> line.contains(" client port ")), "a router has no such port");
    CommandRun open = doctor("node.roles = router\ncluster.etcd = 127.0.0.1:1\ninternal.port = 0\nops.port = 0\n"
        + "internal.host = 0.0.0.0\ninternal.advertise = here\n");
    assertTrue(line(open, "internal exposure").contains("FAIL"), open.out());
  }

  private CommandRun doctor(String settings) throws Exception {
    Path data = folder.resolve("data");
    Path file = Files.writeString(folder.resolve("chasqui.properties"), settings);
    return CommandRun.of("doctor", "--data", data.toString(), "--config", file.toString());
  }

  private static Finding tls(Path certificate, Path key, Instant now) {
    return NetworkChecks.tls("tls", new chasqui.node.config.TlsConfig(certificate, key), now);
  }

  private static String line(CommandRun run, String what) {
    return run.out().lines().filter(line -> line.contains(" " + what + " ")).findFirst().orElseThrow(() -> new AssertionError(run.out()));
  }
}
