package chasqui.drills.faults.sweep;

import chasqui.conversation.v1.GetConversationRequest;
import chasqui.drills.faults.ground.Finding;
import chasqui.drills.faults.ground.Ground;
import chasqui.drills.faults.wire.ClientApi;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// Whether the time of an answer tells a forbidden conversation from an absent one: probes of both and of a second set of
/// absent ones, interleaved at random, and how well an attacker could tell them apart (area under the curve, 0.5: not at
/// all). The pair of absent sets shows what this machine can resolve.
final class Timing {

  private static final int PROBES = 10_000;
  private static final int WARM_UP = 2_000;
  private static final int IDS = 16;
  private static final double TOLERANCE = 0.02;

  private final Ground ground;
  private final Channel channel;
  private final Metadata headers;
  private final MethodDescriptor<?, ?> method = chasqui.conversation.v1.ConversationServiceGrpc.getGetConversationMethod();
  private final List<List<byte[]>> sets = new ArrayList<>();

  Timing(Ground ground, Victim victim, String attacker) {
    this.ground = ground;
    this.channel = ground.channel();
    this.headers = ClientApi.bearer(ground.token(attacker));
    List<byte[]> forbidden = new ArrayList<>();
    List<byte[]> absent = new ArrayList<>();
    List<byte[]> absentToo = new ArrayList<>();
    for (int i = 0; i < IDS; i++) {
      String there = ground.group(victim.user(), "timing", ground.user("friend"));
      forbidden.add(request(there));
      absent.add(request(scrambled(there)));
      absentToo.add(request(scrambled(there)));
    }
    Collections.addAll(sets, forbidden, absent, absentToo);
  }

  /// An id of the same shape that nobody has.
  private String scrambled(String id) {
    StringBuilder other = new StringBuilder(id.substring(0, 1));
    for (int i = 1; i < id.length(); i++) {
      other.append("abcdefghijklmnopqrstuvwxyz234567".charAt(ground.random().nextInt(32)));
    }
    return other.toString();
  }

  private static byte[] request(String id) {
    return GetConversationRequest.newBuilder().setConversationId(id).build().toByteArray();
  }

  void run(Finding finding) {
    long[][] nanos = new long[sets.size()][PROBES];
    List<Integer> order = new ArrayList<>(List.of(0, 1, 2));
    Random shuffler = new Random(ground.random().nextLong());
    for (int round = -WARM_UP; round < PROBES; round++) {
      Collections.shuffle(order, shuffler);
      for (int set : order) {
        byte[] request = sets.get(set).get(Math.floorMod(round, IDS));
        long begin = System.nanoTime();
        var _ = ClientApi.call(channel, method, headers, request);
        if (round >= 0) {
          nanos[set][round] = System.nanoTime() - begin;
        }
      }
    }
    double told = areaUnderCurve(nanos[0], nanos[1]);
    double same = areaUnderCurve(nanos[2], nanos[1]);
    finding.figure("timing_probes_each", PROBES);
    finding.figure("auc_forbidden_absent", Math.round(told * 10_000) / 10_000.0);
    finding.figure("auc_absent_absent", Math.round(same * 10_000) / 10_000.0);
    if (Math.abs(same - 0.5) > TOLERANCE) {
      finding.notMeasurable("this machine cannot resolve it: two sets of absent ids differ by an AUC of " + same);
    } else {
      finding.require(Math.abs(told - 0.5) <= TOLERANCE, "time tells forbidden from absent: AUC " + told);
    }
  }

  /// How likely a value of the first is above one of the second, ties counting half.
  static double areaUnderCurve(long[] first, long[] second) {
    long[] a = first.clone();
    long[] b = second.clone();
    java.util.Arrays.sort(a);
    java.util.Arrays.sort(b);
    double above = 0;
    int less = 0;
    int upto = 0;
    for (long value : a) {
      while (less < b.length && b[less] < value) {
        less++;
      }
      while (upto < b.length && b[upto] <= value) {
        upto++;
      }
      above += less + (upto - less) / 2.0;
    }
    return above / a.length / b.length;
  }
}
