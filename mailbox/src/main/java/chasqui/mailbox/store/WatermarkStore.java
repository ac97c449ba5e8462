package chasqui.mailbox.store;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/// How far each user has received and read each conversation, over all devices. What is stored only moves forward by
/// (generation, seq), whatever the order in which updates arrive.
public interface WatermarkStore {

  /// A user's watermarks in a conversation.
  ///
  /// @param delivered what some device of the user received; {@link Delivered#NOTHING} where nothing is stored
  /// @param read what the user read; {@link Read#NOTHING} where nothing is stored
  record Watermark(Delivered delivered, Read read) {
    public static final Watermark NOTHING = new Watermark(Delivered.NOTHING, Read.NOTHING);

    /// The further of both, each for itself.
    public Watermark further(Watermark other) {
      boolean received = other.delivered.isBeyond(delivered);
      boolean seen = other.read.isBeyond(read);
      return new Watermark(received ? other.delivered : delivered, seen ? other.read : read);
    }
  }

  /// Received up to `seq`.
  record Delivered(long generation, long seq) {
    public static final Delivered NOTHING = new Delivered(0, 0);

    public boolean isBeyond(Delivered other) {
      return generation != other.generation ? generation > other.generation : seq > other.seq;
    }
  }

  /// Read up to `seq`, with what was counted on the way.
  ///
  /// @param joinSeq the interval of membership that was counted in
  /// @param messages messages of others in the interval up to `seq`
  /// @param mentions how many of these mention the user
  record Read(long generation, long seq, long joinSeq, long messages, long mentions) {
    public static final Read NOTHING = new Read(0, 0, 0, 0, 0);

    public boolean isBeyond(Read other) {
      return generation != other.generation ? generation > other.generation : seq > other.seq;
    }
  }

  /// The watermarks of these users in a conversation; absent where nothing was stored.
  CompletionStage<Map<String, Watermark>> load(String conversationId, Collection<String> userIds);

  /// Merges a user's watermarks, by conversation, each to the further of the stored and the given one. Completes when
  /// durable.
  CompletionStage<Void> save(String userId, Map<String, Watermark> watermarks);
}
