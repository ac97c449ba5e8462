package chasqui.client.session;

/// What a session holds and what happened in it, for gauges and checkers.
///
/// @param unanswered messages without an answer
/// @param resends how often a message went out again
/// @param ranges how many ranges were asked for
/// @param overflows how often held entries were dropped because of a bound
/// @param gaps conversations that miss something now
/// @param framesIgnored frames that this client does not know or did not expect
public record SessionCounts(int unanswered, long resends, long ranges, long overflows, int gaps, long framesIgnored) {}
