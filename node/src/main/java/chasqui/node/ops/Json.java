package chasqui.node.ops;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.text.ParseException;
import java.util.Map;

/// JSON of the few small documents that the node writes and reads itself.
public final class Json {

  private Json() {}

  public static String write(Map<String, ?> document) {
    return JSONObjectUtils.toJSONString(document) + "\n";
  }

  /// @throws IllegalArgumentException if the text is no JSON object
  public static Map<String, Object> read(String text) {
    try {
      return JSONObjectUtils.parse(text);
    } catch (ParseException malformed) {
      throw new IllegalArgumentException("not a JSON object", malformed);
    }
  }
}
