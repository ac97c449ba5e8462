package chasqui.mailbox.store;

import chasqui.mailbox.store.StoreException.Reason;
import chasqui.mailbox.store.UserStore.Page;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;

/// A page token is the key part of the last row that was given, so a page goes on exactly after the one before, whatever
/// was written in between.
public final class PageToken {
  private static final int PAGE_SIZE_MAX = 1_000;
  /// A conversation id and a stamp.
  private static final int TOKEN_BYTES_MAX = 255 + Long.BYTES;

  private PageToken() {}

  public static int boundedSize(int asked) {
    if (asked < 1) {
      throw new IllegalArgumentException("pageSize is " + asked + ", expected at least 1");
    }
    return Math.min(asked, PAGE_SIZE_MAX);
  }

  /// Empty for the first page.
  public static byte[] decode(String token) {
    try {
      byte[] last = Base64.getUrlDecoder().decode(token);
      if (last.length <= TOKEN_BYTES_MAX) {
        return last;
      }
    } catch (IllegalArgumentException e) {
      throw new StoreException(Reason.BAD_PAGE_TOKEN, "the page token is not one of ours", e);
    }
    throw new StoreException(Reason.BAD_PAGE_TOKEN, "the page token is too long to be one of ours");
  }

  /// The page of the first `size` of `found`, with a token if there are more.
  public static Page page(List<byte[]> found, int size, Function<byte[], String> conversationId) {
    boolean more = found.size() > size;
    List<byte[]> given = more ? found.subList(0, size) : found;
    String next = more ? Base64.getUrlEncoder().withoutPadding().encodeToString(given.getLast()) : "";
    return new Page(given.stream().map(conversationId).toList(), next);
  }
}
