package chasqui.drills.faults.rows;

import chasqui.drills.faults.ground.Drill;
import chasqui.drills.faults.ground.Finding;
import chasqui.drills.faults.ground.Ground;
import chasqui.drills.faults.wire.ClientApi;
import chasqui.drills.faults.wire.Forger;
import chasqui.drills.faults.wire.RawStream;
import chasqui.drills.faults.wire.Refusal;
import chasqui.error.v1.Reason;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Every kind of bad token, on the stream and on every unary RPC: all are refused, and all alike.
public final class BadTokens implements Drill {

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  @Override
  public void run(Ground ground, Finding finding) {
    String user = ground.user("mallory");
    Map<String, String> tokens = new Forger(ground.keys(), ground.folder("other-house")).tokens(user);
    Channel channel = ground.channel();
    Set<Refusal> answers = new HashSet<>();
    tokens.forEach((what, token) -> {
      Refusal end = RawStream.open(channel).hello(token, "phone", 1).awaitEnd(Ground.PATIENCE)
          .orElseThrow(() -> new IllegalStateException("a stream with a bad token stays open: " + what)).why();
      judge("stream, " + what, end, finding);
      answers.add(end);
    });
    List<MethodDescriptor<?, ?>> methods = ClientApi.unary(channel, ground.token(ground.user("scout")));
    for (MethodDescriptor<?, ?> method : methods) {
      tokens.forEach((what, token) -> {
        Refusal end = ClientApi.call(channel, method, ClientApi.bearer(token), new byte[0]).end();
        judge(method.getFullMethodName() + ", " + what, end, finding);
        answers.add(end);
      });
      withoutBearer(channel, method, ground.token(user), finding, answers);
    }
    finding.figure("tokens", tokens.size());
    finding.figure("unary_rpcs", methods.size());
    finding.figure("attempts", tokens.size() * (methods.size() + 1) + 2 * methods.size());
    finding.figure("different_answers", answers.size());
    finding.require(answers.size() == 1, "bad tokens can be told apart: " + answers);
    finding.require(!methods.isEmpty(), "no unary RPC was found");
  }

  /// No header at all, and a good token under another scheme.
  private static void withoutBearer(
      Channel channel, MethodDescriptor<?, ?> method, String good, Finding finding, Set<Refusal> answers) {
    Metadata basic = new Metadata();
    basic.put(AUTHORIZATION, "Basic " + good);
    for (Metadata headers : List.of(new Metadata(), basic)) {
      Refusal end = ClientApi.call(channel, method, headers, new byte[0]).end();
      judge(method.getFullMethodName() + ", without a bearer token", end, finding);
      answers.add(end);
    }
  }

  private static void judge(String what, Refusal end, Finding finding) {
    finding.require(
        end.code() == Status.Code.UNAUTHENTICATED && end.reason() == Reason.REASON_UNAUTHENTICATED, what + ": " + end);
  }
}
