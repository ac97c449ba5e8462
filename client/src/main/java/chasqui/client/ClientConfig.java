package chasqui.client;

import chasqui.client.session.SessionConfig;
import chasqui.client.store.ClientStore;
import java.time.Duration;
import java.util.List;

/// What a client is made of, put together by [ChasquiClientBuilder].
record ClientConfig(
    SessionConfig session,
    List<Endpoint> endpoints,
    ChannelSource channels,
    ClientStore store,
    TokenSource tokens,
    ClientListener listener,
    FrameTap tap,
    Duration callPatience) {}
