package chasqui.router;

import chasqui.log.v1.Member;
import java.util.Arrays;
import java.util.List;

/// The members of a conversation as of an entry.
final class CachedRoster {

  final String conversationId;
  final long rosterSeq;
  final String[] users;
  final long[] joinSeqs;
  final long generation;

  CachedRoster(String conversationId, long generation, long rosterSeq, List<Member> members) {
    this.conversationId = conversationId;
    this.generation = generation;
    this.rosterSeq = rosterSeq;
    this.users = new String[members.size()];
    this.joinSeqs = new long[members.size()];
    for (int i = 0; i < users.length; i++) {
      users[i] = members.get(i).getUserId();
      joinSeqs[i] = members.get(i).getJoinSeq();
    }
  }

  /// True where it holds for an entry that came after the change of members at `wantedSeq`.
  boolean serves(long wantedGeneration, long wantedSeq) {
    return generation == wantedGeneration && rosterSeq >= wantedSeq;
  }

  boolean has(String userId) {
    return Arrays.asList(users).contains(userId);
  }

  int weight() {
    return users.length + 1;
  }
}
