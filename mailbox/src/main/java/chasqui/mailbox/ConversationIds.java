package chasqui.mailbox;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Derives conversation ids: HMAC-SHA256 with the data set's key, cut to 128 bits, in lower-case base32, with a prefix
/// for the kind. Whoever lacks the key can neither guess an id nor tell which pair an id belongs to; whoever asks again
/// gets the same one. Not thread-safe: each stripe has its own.
public final class ConversationIds {

  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int ID_BYTES = 16;

  private final Mac mac;

  public ConversationIds(byte[] key) {
    try {
      mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
    } catch (GeneralSecurityException absent) {
      throw new IllegalStateException("every Java platform has HmacSHA256", absent);
    }
  }

  /// The id of the 1:1 conversation of two users, whichever of them asks.
  public String direct(String user, String peer) {
    boolean ordered = user.compareTo(peer) <= 0;
    return derive('d', utf8(ordered ? user : peer), utf8(ordered ? peer : user));
  }

  /// The id of the group that a user creates under a request id.
  public String group(String creator, byte[] requestId) {
    return derive('g', utf8(creator), requestId);
  }

  private String derive(char kind, byte[] first, byte[] second) {
    // The length keeps two different pairs of parts from being the same bytes.
    mac.update(ByteBuffer.allocate(5).put((byte) kind).putInt(first.length).flip());
    mac.update(first);
    byte[] hash = mac.doFinal(second);
    return kind + base32(hash);
  }

  private static String base32(byte[] hash) {
    StringBuilder text = new StringBuilder();
    int bits = 0;
    int held = 0;
    for (int i = 0; i < ID_BYTES; i++) {
      bits = (bits << 8) | (hash[i] & 0xff);
      held += 8;
      while (held >= 5) {
        held -= 5;
        text.append(ALPHABET.charAt((bits >>> held) & 31));
      }
    }
    return text.append(ALPHABET.charAt((bits << (5 - held)) & 31)).toString();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
