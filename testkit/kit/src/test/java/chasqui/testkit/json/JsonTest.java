package chasqui.testkit.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
  private record Inner(String name, List<Integer> someNumbers) {}

  private record Outer(long bigNumber, double ratio, boolean ok, Inner inner, Thread.State state) {}

  private record Empty() {}

  @Test
  void recordsBecomeObjectsInSnakeCase() {
    assertEquals(
        "{\"big_number\":-9,\"ratio\":0.5,\"ok\":true,"
            + "\"inner\":{\"name\":\"x\",\"some_numbers\":[1,2]},\"state\":\"NEW\"}",
        Json.write(new Outer(-9, 0.5, true, new Inner("x", List.of(1, 2)), Thread.State.NEW)));
  }

  @Test
  void mapsKeepTheirKeysAndOrder() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("zetaKey", null);
    map.put("alpha", Map.of());
    map.put("rows", Arrays.asList(new Empty(), null));
    assertEquals("{\"zetaKey\":null,\"alpha\":{},\"rows\":[{},null]}", Json.write(map));
    assertEquals("[]", Json.write(List.of()));
  }

  @Test
  void textIsEscaped() {
    assertEquals("\"a\\\"b\\\\c\\u000a\\u2028é\"", Json.write("a\"b\\c\n\u2028é"));
  }

  @Test
  void numbersThatJsonHasNoWordForAreNull() {
    assertEquals("[null,null]", Json.write(List.of(Double.NaN, Double.POSITIVE_INFINITY)));
  }

  @Test
  void otherTypesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Json.write(new Object()));
  }
}
