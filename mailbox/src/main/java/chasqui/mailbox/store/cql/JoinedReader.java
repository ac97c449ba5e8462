package chasqui.mailbox.store.cql;

import chasqui.mailbox.store.PageToken;
import chasqui.mailbox.store.StoreException;
import chasqui.mailbox.store.UserStore.Page;
import com.datastax.oss.driver.api.core.cql.Row;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Lists what a user joined, by the stamp of the first joining. Every joining has a row; those of a later interval are
/// passed over here, so that a commit need not look whether its members have been there before.
final class JoinedReader {
  private final Query joined;
  private final Query firstJoining;

  JoinedReader(Cql cql) {
    joined = cql.query(Kind.READ,
        "SELECT stamp, conversation, join_seq FROM {}.joined WHERE user = ? AND (stamp, conversation) > (?, ?) LIMIT ?");
    firstJoining = cql.query(Kind.READ,
        "SELECT join_seq FROM {}.membership WHERE conversation = ? AND user = ? LIMIT 1");
  }

  CompletionStage<Page> page(String userId, String pageToken, int pageSize) {
    int size = PageToken.boundedSize(pageSize);
    Joining after;
    try {
      after = Joining.ofToken(PageToken.decode(pageToken));
    } catch (StoreException e) {
      return CompletableFuture.failedStage(e);
    }
    List<byte[]> found = new ArrayList<>();
    return Stages.map(
        read(userId, after, size + 1, found), done -> PageToken.page(found, size, token -> Joining.ofToken(token).conversationId()));
  }

  private CompletionStage<Void> read(String userId, Joining after, int wanted, List<byte[]> found) {
    int asked = wanted - found.size();
    CompletionStage<List<Joining>> rows = joined.all(Joining::of, userId, after.stamp(), after.conversationId(), asked);
    return Stages.then(rows, joinings -> Stages.then(firstOnes(userId, joinings), first -> {
      first.forEach(joining -> found.add(joining.token()));
      return joinings.size() < asked || found.size() >= wanted
          ? CompletableFuture.completedStage(null)
          : read(userId, joinings.getLast(), wanted, found);
    }));
  }

  private CompletionStage<List<Joining>> firstOnes(String userId, List<Joining> joinings) {
    List<CompletionStage<Boolean>> first = new ArrayList<>();
    joinings.forEach(joining -> first.add(isFirst(userId, joining)));
    return Stages.map(Stages.all(first), isFirst -> {
      List<Joining> kept = new ArrayList<>();
      for (int i = 0; i < joinings.size(); i++) {
        if (isFirst.get(i)) {
          kept.add(joinings.get(i));
        }
      }
      return kept;
    });
  }

  /// Who came with the first entry was not there before: the usual case costs no read.
  private CompletionStage<Boolean> isFirst(String userId, Joining joining) {
    return joining.joinSeq() == 1
        ? CompletableFuture.completedStage(true)
        : Stages.map(
            firstJoining.one(row -> row.getLong("join_seq"), joining.conversationId(), userId),
            seq -> seq.isEmpty() || seq.get() == joining.joinSeq());
  }

  private record Joining(long stamp, String conversationId, long joinSeq) {

    static Joining of(Row row) {
      return new Joining(row.getLong("stamp"), row.getString("conversation"), row.getLong("join_seq"));
    }

    /// What a page token holds: the place of the last one given.
    static Joining ofToken(byte[] token) {
      if (token.length == 0) {
        return new Joining(Long.MIN_VALUE, "", 0);
      }
      if (token.length <= Long.BYTES) {
        throw new StoreException(StoreException.Reason.BAD_PAGE_TOKEN, "the page token is not one of this list");
      }
      ByteBuffer bytes = ByteBuffer.wrap(token);
      return new Joining(bytes.getLong(), StandardCharsets.UTF_8.decode(bytes).toString(), 0);
    }

    byte[] token() {
      byte[] id = conversationId.getBytes(StandardCharsets.UTF_8);
      return ByteBuffer.allocate(Long.BYTES + id.length).putLong(stamp).put(id).array();
    }
  }
}
