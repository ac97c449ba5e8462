package chasqui.drills.crash;

import java.time.Duration;

/// How a crash loop is run.
///
/// @param clients devices, in pairs that talk 1:1 and in groups of ten
/// @param kills how often the node is killed
/// @param ackedMin messages that must have been acked before the loop ends
/// @param upMin, upMax how long the node serves between two kills, drawn at random
/// @param inFlightEach messages that each client keeps under way
/// @param patience how long everybody may take to have everything after the last kill
record CrashPlan(
    int clients, int kills, long ackedMin, Duration upMin, Duration upMax, int inFlightEach, Duration patience) {

  CrashPlan {
    if (clients < 2 || clients % 2 != 0 || kills < 1 || inFlightEach < 1 || upMax.compareTo(upMin) < 0) {
      throw new IllegalArgumentException("a crash loop needs an even number of clients, a kill and a time to be up");
    }
  }
}
