package chasqui.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.edge.TokenVerifier.Identity;
import chasqui.edge.auth.AuthConfig;
import chasqui.edge.auth.DevKeys;
import chasqui.edge.auth.JwtTokenVerifier;
import chasqui.edge.auth.KeySource;
import chasqui.node.CommandRun;
import io.opentelemetry.api.OpenTelemetry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the commands print and how they exit.
class CommandsTest {

  @TempDir
  private Path data;

  @Test
  void a_token_is_all_that_is_printed_and_it_is_good() throws Exception {
    CommandRun run = CommandRun.of("token", "--data", data.toString(), "--user", "alice", "--ttl", "5m");
    assertEquals(0, run.exit(), run.err());
    assertEquals(1, run.out().lines().count());
    var verifier = new JwtTokenVerifier(KeySource.fixed(DevKeys.of(data).verifying()), AuthConfig.DEFAULT,
        InstantSource.system(), OpenTelemetry.noop().getMeter("test"));
    Identity identity = assertInstanceOf(Identity.class, verifier.verify(run.out().strip()));
    assertEquals("alice", identity.user());
    assertEquals(300, identity.expiresSeconds() - identity.issuedSeconds());
  }

  @Test
  void a_bad_name_or_time_is_told_in_a_sentence() {
    assertTrue(CommandRun.of("token", "--data", data.toString(), "--user", "a b").err().startsWith("chasqui: a user name is"));
    assertTrue(CommandRun.of("token", "--data", data.toString(), "--user", "a", "--ttl", "5").err().contains("expected a duration"));
  }

  @Test
  void no_token_is_made_for_another_issuers_node() throws Exception {
    Files.writeString(data.resolve("chasqui.properties"), "auth.jwks = issuer.json\n");
    CommandRun run = CommandRun.of("token", "--data", data.toString(), "--user", "alice");
    assertEquals(1, run.exit());
    assertTrue(run.err().contains("issuer.json"), run.err());
  }

  @Test
  void the_configuration_is_shown_with_where_it_comes_from() throws Exception {
    Files.writeString(data.resolve("chasqui.properties"), "edge.port = 7000\n");
    CommandRun run = CommandRun.of("config", "--data", data.toString());
    assertTrue(run.out().contains("(from chasqui.properties line 1; default 7411; CHASQUI_EDGE_PORT)\nedge.port = 7000\n"), run.out());
  }

  @Test
  void a_mistake_in_the_file_is_told_without_a_stack() throws Exception {
    Path file = Files.writeString(data.resolve("other.properties"), "edge.prot = 7000\n");
    CommandRun run = CommandRun.of("config", "--data", data.toString(), "--config", file.toString());
    assertEquals(1, run.exit());
    assertEquals("configuration: unknown key edge.prot (other.properties line 1); the nearest known is edge.port\n", run.err());
  }

  @Test
  void what_copies_files_says_that_a_cql_store_has_none_here() throws Exception {
    Path config = Files.writeString(data.resolve("cql.properties"), "store.kind = cql\ncluster.etcd = 127.0.0.1:1\ncql.contact-points = 127.0.0.1:1\n");
    for (List<String> command : List.of(List.of("backup", "--out"), List.of("restore", "--from"))) {
      CommandRun run = CommandRun.of(command.getFirst(), command.getLast(), data.resolve("backup").toString(),
          "--data", data.toString(), "--config", config.toString());
      assertEquals(1, run.exit());
      assertTrue(run.err().contains("./chasqui export"), run.err());
    }
  }

  @Test
  void status_says_that_none_runs() {
    CommandRun run = CommandRun.of("status", "--data", data.toString());
    assertEquals(3, run.exit());
    assertEquals("no node runs on " + data + "\n", run.err());
    assertEquals("{\"running\":false}\n", CommandRun.of("status", "--json", "--data", data.toString()).out());
  }

  @Test
  void certificates_are_made_once_and_their_keys_are_the_owners_alone() throws Exception {
    CommandRun run = CommandRun.of("certs", data.resolve("certs").toString(), "--service", "billing");
    assertEquals(0, run.exit(), run.err());
    assertEquals(9, run.out().lines().count(), run.out());
    for (String name : List.of("authority.p12", "node.key", "edge.key", "services.key", "service-billing.key")) {
      assertEquals("rw-------", PosixFilePermissions.toString(
          Files.getPosixFilePermissions(data.resolve("certs").resolve(name))), name);
    }
    String edge = Files.readString(data.resolve("certs/edge.crt"));
    assertEquals(0, CommandRun.of("certs", data.resolve("certs").toString()).exit());
    assertEquals(edge, Files.readString(data.resolve("certs/edge.crt")), "a second run changes nothing");
    CommandRun bad = CommandRun.of("certs", data.toString(), "--service", "a,uri:spiffe://chasqui/role/router");
    assertTrue(bad.err().startsWith("chasqui: a service's name"), bad.err());
  }
}
