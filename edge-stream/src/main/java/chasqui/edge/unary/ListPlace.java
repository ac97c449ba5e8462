package chasqui.edge.unary;

import chasqui.edge.v1.ConversationPage;
import chasqui.mailbox.v1.TimeSpan;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32;

/// A place in a user's list of conversations: a group of conversations of one span of time, and what was given last of it.
/// It goes into page tokens, so nothing is kept between two pages.
///
/// @param asOfMicros when the first page was asked for; the order of the whole list is that of this moment
/// @param after the group is of conversations after this one
/// @param upto and up to this one; empty where the span ends with it
/// @param givenStamp the stamp of what was given last of the group; 0 where nothing was
/// @param givenId what was given last of the group
record ListPlace(long asOfMicros, TimeSpan span, String after, String upto, long givenStamp, String givenId) {

  private static final long DAY_MICROS = Duration.ofDays(1).toNanos() / 1000;
  private static final int DAYS_PER_PERIOD = 30;
  // Marks of days live for 40; with the life of a token in between, days are read while they are whole.
  private static final int DAYS = 31;
  private static final Duration TOKEN_LIFE = Duration.ofDays(7);
  private static final Duration CLOCKS_APART_MAX = Duration.ofMinutes(1);
  private static final int ID_BYTES_MAX = 64;

  /// Before everything: entries may be stamped a little ahead of the clock.
  static ListPlace first(Instant now) {
    long asOf = micros(now);
    return begin(asOf, TimeSpan.newBuilder().setDay((int) (asOf / DAY_MICROS) + 1).build());
  }

  private static ListPlace begin(long asOfMicros, TimeSpan span) {
    return new ListPlace(asOfMicros, span, "", "", 0, "");
  }

  /// The place of a token that this user was given; empty for any other text.
  static Optional<ListPlace> parse(String token, String userId, Instant now) {
    try {
      ConversationPage page = ConversationPage.parseFrom(Base64.getUrlDecoder().decode(token));
      ListPlace place = new ListPlace(
          page.getAsOfMicros(), page.getSpan(), page.getAfterConversationId(), page.getUptoConversationId(),
          page.getGivenStampMicros(), page.getGivenConversationId());
      return page.getUserHash() == hash(userId) && place.isSound(micros(now)) ? Optional.of(place) : Optional.empty();
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  String token(String userId) {
    byte[] page = ConversationPage.newBuilder()
        .setUserHash(hash(userId))
        .setAsOfMicros(asOfMicros)
        .setSpan(span)
        .setAfterConversationId(after)
        .setUptoConversationId(upto)
        .setGivenStampMicros(givenStamp)
        .setGivenConversationId(givenId)
        .build().toByteArray();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(page);
  }

  private boolean isSound(long nowMicros) {
    int today = (int) (asOfMicros / DAY_MICROS);
    boolean spanIsThere = switch (span.getSpanCase()) {
      case DAY -> span.getDay() >= oldestDay() && span.getDay() <= today + 1;
      case PERIOD -> span.getPeriod() >= 0 && span.getPeriod() <= oldestDay() / DAYS_PER_PERIOD;
      case SPAN_NOT_SET -> false;
    };
    return spanIsThere
        && asOfMicros >= nowMicros - TOKEN_LIFE.toNanos() / 1000
        && asOfMicros <= nowMicros + CLOCKS_APART_MAX.toNanos() / 1000
        && isId(after) && isId(upto) && isId(givenId);
  }

  private static boolean isId(String id) {
    return id.getBytes(StandardCharsets.UTF_8).length <= ID_BYTES_MAX;
  }

  /// The last day that is listed by itself.
  int oldestDay() {
    return (int) (asOfMicros / DAY_MICROS) - DAYS;
  }

  /// The same span, or an older one, as a group of its own.
  ListPlace group(TimeSpan of, String afterId, String uptoId) {
    return of.equals(span) && afterId.equals(after)
        ? new ListPlace(asOfMicros, span, after, uptoId, givenStamp, givenId)
        : new ListPlace(asOfMicros, of, afterId, uptoId, 0, "");
  }

  /// Behind all of this group: the next one of the same span, which may be empty.
  ListPlace behind() {
    if (!upto.isEmpty()) {
      return new ListPlace(asOfMicros, span, upto, "", 0, "");
    }
    if (span.hasDay() && span.getDay() > oldestDay()) {
      return begin(asOfMicros, TimeSpan.newBuilder().setDay(span.getDay() - 1).build());
    }
    int period = span.hasDay() ? oldestDay() / DAYS_PER_PERIOD : span.getPeriod() - 1;
    return begin(asOfMicros, TimeSpan.newBuilder().setPeriod(period).build());
  }

  /// Behind this conversation of the group.
  ListPlace after(long stampMicros, String conversationId) {
    return new ListPlace(asOfMicros, span, after, upto, stampMicros, conversationId);
  }

  /// Behind this conversation by id: the rest of the same group, of which was given what was given before.
  ListPlace past(String conversationId) {
    return new ListPlace(asOfMicros, span, conversationId, upto, givenStamp, givenId);
  }

  /// Whether a conversation with that stamp is told in this span, and not yet.
  boolean awaits(long stampMicros, String conversationId) {
    long day = Math.floorDiv(stampMicros, DAY_MICROS);
    boolean isHere = span.hasDay()
        ? day == span.getDay()
        : day < oldestDay() && Math.floorDiv(day, DAYS_PER_PERIOD) == span.getPeriod();
    boolean isGiven = givenStamp != 0
        && (stampMicros > givenStamp || (stampMicros == givenStamp && conversationId.compareTo(givenId) <= 0));
    return isHere && !isGiven;
  }

  private static int hash(String userId) {
    CRC32 crc = new CRC32();
    crc.update(userId.getBytes(StandardCharsets.UTF_8));
    return (int) crc.getValue();
  }

  private static long micros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
  }
}
