package chasqui.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a node may tell the others to dial.
class InternalConfigTest {

  private static InternalConfig advertising(String host) {
    return new InternalConfig("127.0.0.1", 7420, host, Path.of(""), Path.of(""), Path.of(""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.7", "::1", "mailbox-0.mailboxes.chasqui.svc", "localhost"})
  void a_name_or_an_address_is_taken(String host) {
    assertEquals(host, advertising(host).toldHost());
  }

  @ParameterizedTest
  @ValueSource(strings = {"my_host", "my host", "host/a", "host:7420", " "})
  void a_host_that_others_could_not_dial_is_refused(String host) {
    IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> advertising(host));
    assertTrue(refused.getMessage().contains("advertise") && refused.getMessage().contains(host), refused.getMessage());
  }
}
