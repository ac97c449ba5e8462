package chasqui.edge.unary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ServiceGrantsTest {

  private static final String SEND = "chasqui.message.v1.MessageService/SendMessage";
  private static final String HISTORY = "chasqui.history.v1.HistoryService/FetchHistory";

  @Test
  void only_what_is_granted_is_allowed_and_only_to_whom() {
    var grants = new ServiceGrants(List.of("billing:MessageService/SendMessage", "audit:HistoryService/*"));
    assertTrue(grants.allows("billing", SEND));
    assertFalse(grants.allows("billing", HISTORY));
    assertTrue(grants.allows("audit", HISTORY));
    assertFalse(grants.allows("audit", SEND));
    assertFalse(grants.allows("nobody", SEND));
    assertFalse(grants.knows("nobody"));
  }

  @Test
  void a_name_that_only_looks_alike_is_another() {
    var grants = new ServiceGrants(List.of("billing:MessageService/SendMessage"));
    assertFalse(grants.allows("billing", "other.v1.NotMessageService/SendMessage"));
    assertFalse(grants.allows("billing", "chasqui.message.v1.MessageService/SendMessages"));
  }

  @Test
  void a_grant_that_cannot_be_read_or_means_nothing_is_told() {
    assertThrows(IllegalArgumentException.class, () -> new ServiceGrants(List.of("billing")));
    assertThrows(IllegalArgumentException.class, () -> new ServiceGrants(List.of("billing:*")));
    var misspelt = new ServiceGrants(List.of("billing:MessageService/SendMesage", "audit:HistoryService/*"));
    assertEquals(List.of("MessageService/SendMesage"), misspelt.withoutMeaning(Set.of(SEND, HISTORY)));
  }
}
