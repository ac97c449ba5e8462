package chasqui.client.cli;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What the person asked for.
///
/// @param user who talks
/// @param device on which device
/// @param with with whom; exactly one where there is no group
/// @param group the title of the group, if it is one
/// @param history how many entries are shown at the beginning
/// @param drainTimeout how long to wait for unsent messages at the end of the input
/// @param patience how long to wait for a server that cannot be reached, at the beginning
/// @param attended whether a person looks at the screen: what is shown is read then
record ChatSettings(
    String user,
    String device,
    List<String> with,
    Optional<String> group,
    int history,
    Duration drainTimeout,
    Duration patience,
    boolean attended) {}
