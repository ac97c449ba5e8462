package chasqui.client.cli;

import chasqui.log.v1.Message;
import chasqui.log.v1.TextContent;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// A typed line as a message: `@NAME` mentions NAME. The server counts mentions of members only.
final class Mentions {
  private static final Pattern NAME = Pattern.compile("(?<![\\p{Alnum}@])@([A-Za-z0-9][A-Za-z0-9._-]{0,62}[A-Za-z0-9_-]|[A-Za-z0-9])");
  /// As many as a message takes.
  private static final int MENTIONS_MAX = 100;

  private Mentions() {}

  static Message.Builder message(String text) {
    return Message.newBuilder().setText(TextContent.newBuilder().setText(text)).addAllMentionedUsers(in(text));
  }

  static List<String> in(String text) {
    return NAME.matcher(text).results().map((MatchResult found) -> found.group(1)).distinct().limit(MENTIONS_MAX).toList();
  }
}
