package chasqui.drills.faults.rows;

import chasqui.conversation.v1.ConversationServiceGrpc;
import chasqui.conversation.v1.ConversationServiceGrpc.ConversationServiceFutureStub;
import chasqui.conversation.v1.GetConversationRequest;
import chasqui.drills.faults.ground.Drill;
import chasqui.drills.faults.ground.Finding;
import chasqui.drills.faults.ground.Ground;
import chasqui.drills.faults.wire.Bearer;
import chasqui.drills.faults.wire.Burst;
import chasqui.drills.fleet.Deadline;
import chasqui.edge.budget.BudgetLimits;
import chasqui.error.v1.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Whether ids of conversations can be guessed: how much of them is random, and a run of guesses beside real ones.
public final class GuessedIds implements Drill {

  private static final int BITS_MIN = 96;
  // Well below what one may create at once.
  private static final int IDS_PER_USER = 20;
  private static final Duration TRIPS_WITHIN = Duration.ofSeconds(1);
  private static final int OPEN_MAX = 50;
  private static final int FLOODS_MAX = 3;
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

  @Override
  public void run(Ground ground, Finding finding) {
    int ids = ground.effort().of(60, 1_000);
    String user = "";
    List<String> real = new ArrayList<>();
    for (int i = 0; i < ids; i++) {
      user = i % IDS_PER_USER == 0 ? ground.user("guarded") : user;
      real.add(i % 2 == 0 ? ground.group(user, "guarded", "a-friend") : ground.direct(user, ground.user("pal")));
    }
    double bits = randomBits(real);
    finding.figure("ids", ids);
    finding.figure("random_bits_at_least", Math.floor(bits));
    finding.require(bits >= BITS_MIN, "ids carry only " + bits + " random bits");
    finding.require(Set.copyOf(real).size() == real.size(), "two conversations have one id");
    guess(ground, real, finding);
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

  /// A flood of neighbours of real ids, a letter exchanged, and of real ones of others. Once the limiter has tripped,
  /// none is looked up beyond what its budget gives back, and what is there is refused like what is not.
  private static void guess(Ground ground, List<String> real, Finding finding) {
    long tripped = flood(ground, real, ground.effort().of(2_000, 20_000), finding);
    // A machine that was busy elsewhere delays guesser and limiter alike; a limiter that is slow is slow each time.
    for (int again = 1; again < FLOODS_MAX && tripped > TRIPS_WITHIN.toNanos(); again++) {
      tripped = Math.min(tripped, flood(ground, real, 10 * BudgetLimits.DEFAULT.misses().burst(), finding));
    }
    finding.figure("limiter_tripped_after_ms", tripped / 1_000_000);
    finding.require(tripped <= TRIPS_WITHIN.toNanos(), "the limiter did not trip within " + TRIPS_WITHIN);
    ConversationServiceFutureStub other = stub(ground, ground.user("bystander"));
    Burst bystander = new Burst();
    bystander.add(other.getConversation(request(nearly(any(real, ground), ground))));
    Deadline.await(Ground.PATIENCE, bystander::isOver);
    finding.require(bystander.refused(Reason.REASON_NOT_FOUND) == 1, "somebody else's guess: " + bystander);
  }

  /// One guesser's flood; how long after its first guess the limiter tripped, in ns.
  private static long flood(Ground ground, List<String> real, int count, Finding finding) {
    BudgetLimits budgets = BudgetLimits.DEFAULT;
    ConversationServiceFutureStub guesser = stub(ground, ground.user("guesser"));
    Burst guesses = new Burst();
    long begin = System.nanoTime();
    for (int i = 0; i < count; i++) {
      Deadline.await(Ground.PATIENCE, () -> guesses.open() < OPEN_MAX);
      guesses.add(guesser.getConversation(request(i % 10 == 0 ? any(real, ground) : nearly(any(real, ground), ground))));
    }
    Deadline.await(Ground.PATIENCE, guesses::isOver);
    double seconds = (System.nanoTime() - begin) / 1e9;
    int lookedUp = guesses.refused(Reason.REASON_NOT_FOUND);
    int limited = guesses.refused(Reason.REASON_RATE_LIMITED);
    finding.figure("guesses", guesses.made());
    finding.figure("guesses_looked_up", lookedUp);
    finding.require(guesses.granted() == 0, "a guesser was given a conversation");
    finding.require(lookedUp + limited == count, "other answers: " + guesses);
    // Those under way when it tripped were let through.
    double allowed = budgets.misses().burst() + OPEN_MAX + seconds * budgets.misses().perMinute() / 60 + 1;
    finding.require(lookedUp <= allowed, lookedUp + " guesses were looked up, at most " + allowed + " may be");
    return limited == 0 ? Long.MAX_VALUE : guesses.nanosOf(Reason.REASON_RATE_LIMITED, 1) - begin;
  }

  private static ConversationServiceFutureStub stub(Ground ground, String user) {
    return ConversationServiceGrpc.newFutureStub(ground.channel()).withCallCredentials(new Bearer(ground.token(user)));
  }

  private static GetConversationRequest request(String id) {
    return GetConversationRequest.newBuilder().setConversationId(id).build();
  }

  private static String any(List<String> real, Ground ground) {
    return real.get(ground.random().nextInt(real.size()));
  }

  private static String nearly(String real, Ground ground) {
    StringBuilder id = new StringBuilder(real);
    int place = 1 + ground.random().nextInt(id.length() - 1);
    int letter = ALPHABET.indexOf(id.charAt(place));
    id.setCharAt(place, ALPHABET.charAt((letter + 1 + ground.random().nextInt(ALPHABET.length() - 1)) % ALPHABET.length()));
    return id.toString();
  }
}
