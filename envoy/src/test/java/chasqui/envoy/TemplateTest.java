package chasqui.envoy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Templates substitute what they declare, and refuse everything else.
class TemplateTest {

  private static final String TEXT = """
      #: host         where
      #: port = 443   its port
      #: name = ${host}  who
      # a comment stays
      a: "${host}"
      b: ${port}
      c: "${name} ${name}"
      """;

  @Test
  void what_is_given_and_what_is_preset_are_put_in() {
    assertEquals("""
        # a comment stays
        a: "here.example"
        b: 443
        c: "here.example here.example"
        """, Template.of("t", TEXT).render(Map.of("host", "here.example")).stripLeading());
    assertTrue(Template.of("t", TEXT).render(Map.of("host", "a", "port", "7", "name", "b")).contains("b: 7\nc: \"b b\""));
  }

  @Test
  void the_declarations_say_what_there_is() {
    assertEquals("port", Template.of("t", TEXT).variables().get(1).name());
    assertEquals("its port", Template.of("t", TEXT).variables().get(1).meaning());
    assertTrue(Template.of("t", TEXT).variables().get(0).preset().isEmpty());
  }

  @Test
  void a_variable_without_a_value_is_named() {
    String told = assertThrows(Refusal.class, () -> Template.of("t", TEXT).render(Map.of("port", "1"))).getMessage();
    assertEquals("t needs a value: host", told);
  }

  @Test
  void an_undeclared_an_unused_and_a_double_variable_are_refused() {
    assertEquals("t uses what it does not declare: other",
        assertThrows(Refusal.class, () -> Template.of("t", "a: ${other}\n")).getMessage());
    assertEquals("t declares what it does not use: other",
        assertThrows(Refusal.class, () -> Template.of("t", "#: other\n")).getMessage());
    assertThrows(Refusal.class, () -> Template.of("t", "#: x\n#: x\n${x}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\"b", "a\\b", "a\nb", "${port}x", "", "a\u0000"})
  void a_value_that_could_leave_its_quotes_is_refused(String value) {
    assertThrows(Refusal.class, () -> Template.of("t", TEXT).render(Map.of("host", value)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1 }", "port", "-1", "1e9", "9999999999999999999"})
  void a_number_must_be_one(String value) {
    assertThrows(Refusal.class, () -> Template.of("t", TEXT).render(Map.of("host", "a", "port", value)));
  }
}
