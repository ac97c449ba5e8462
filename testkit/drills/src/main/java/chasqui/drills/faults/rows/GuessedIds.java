package chasqui.drills.faults.rows;

import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.conversation.v1.GetConversationRequest;
import chasqui.drills.faults.ground.Drill;
import chasqui.drills.faults.ground.Finding;
import chasqui.drills.faults.ground.Ground;
import chasqui.drills.faults.wire.ClientApi;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Whether ids of conversations can be guessed: how much of them is random, and a run of guesses beside real ones.
public final class GuessedIds implements Drill {

  private static final int BITS_MIN = 96;
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

  @Override
  public void run(Ground ground, Finding finding) {
    int ids = ground.effort().of(60, 1_000);
    String user = ground.user("guarded");
    List<String> real = new ArrayList<>();
    for (int i = 0; i < ids; i++) {
      real.add(i % 2 == 0 ? ground.group(user, "guarded", "a-friend") : ground.direct(user, ground.user("pal")));
    }
    double bits = randomBits(real);
    finding.figure("ids", ids);
    finding.figure("random_bits_at_least", Math.floor(bits));
    finding.require(bits >= BITS_MIN, "ids carry only " + bits + " random bits");
    finding.require(Set.copyOf(real).size() == real.size(), "two conversations have one id");
    guess(ground, real, finding);
    finding.remark("later: there is no limiter that would trip on guesses");
  }

  /// From the letters seen at each place; with few ids that is below what is there, never above.
  private static double randomBits(List<String> ids) {
    double bits = 0;
    int length = ids.stream().mapToInt(String::length).min().orElse(0);
    for (int place = 1; place < length; place++) {
      Set<Character> seen = new HashSet<>();
      for (String id : ids) {
        seen.add(id.charAt(place));
      }
      bits += Math.log(seen.size()) / Math.log(2);
    }
    return bits;
  }

  /// Neighbours of real ids, a letter exchanged, asked for by somebody else.
  private static void guess(Ground ground, List<String> real, Finding finding) {
    Channel channel = ground.channel();
    Metadata guesser = ClientApi.bearer(ground.token(ground.user("guesser")));
    int guesses = ground.effort().of(200, 20_000);
    int hits = 0;
    for (int i = 0; i < guesses; i++) {
      StringBuilder id = new StringBuilder(real.get(ground.random().nextInt(real.size())));
      id.setCharAt(1 + ground.random().nextInt(id.length() - 1), ALPHABET.charAt(ground.random().nextInt(ALPHABET.length())));
      Status.Code code = ClientApi.call(channel, ConversationServiceGrpc.getGetConversationMethod(), guesser,
          GetConversationRequest.newBuilder().setConversationId(id.toString()).build().toByteArray()).end().code();
      hits += code == Status.Code.NOT_FOUND ? 0 : 1;
    }
    finding.figure("guesses", guesses);
    finding.require(hits == 0, hits + " guesses were answered with something else than NOT_FOUND");
  }
}
