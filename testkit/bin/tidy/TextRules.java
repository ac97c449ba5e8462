import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Rules on any text file: nothing unfinished, nothing of one machine, no script that is too long.
class TextRules {
  private static final int SCRIPT_CODE_LINES_MAX = 300;

  private static final Map<String, Pattern> FORBIDDEN = new LinkedHashMap<>();

  static {
    FORBIDDEN.put("unfinished", Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b"));
    FORBIDDEN.put("machine-path", Pattern.compile("(?<![\\w.$}~/-])/(work|root|home|Users|tmp/w)/[\\w.]"));
    FORBIDDEN.put("registry-host", Pattern.compile(
        "(?i)repo1?\\.maven\\.(apache\\.)?org|registry\\.npmjs|pypi\\.org|pythonhosted|proxy\\.golang"
            + "|https?://[^\\s\"'<>]*(artifactory|nexus|registry\\.|mirror)"));
    FORBIDDEN.put("conflict", Pattern.compile("^(<{7}|>{7}) "));
  }

  static List<Tidy.Breach> check(String path, String text) {
    var breaches = new ArrayList<Tidy.Breach>();
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      for (Map.Entry<String, Pattern> rule : FORBIDDEN.entrySet()) {
        Matcher found = rule.getValue().matcher(lines[i]);
        if (found.find()) {
          breaches.add(new Tidy.Breach(path, i + 1, rule.getKey(), found.group()));
        }
      }
    }
    if (lines[0].startsWith("#!") || path.endsWith(".sh")) {
      checkScript(path, lines, breaches);
    }
    return breaches;
  }

  private static void checkScript(String path, String[] lines, List<Tidy.Breach> breaches) {
    int code = 0;
    for (String line : lines) {
      if (!line.isBlank() && !line.strip().startsWith("#")) {
        code++;
      }
    }
    if (code > SCRIPT_CODE_LINES_MAX) {
      breaches.add(new Tidy.Breach(path, 1, "file-lines", code + " code lines, at most " + SCRIPT_CODE_LINES_MAX));
    }
  }
}
