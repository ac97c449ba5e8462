package chasqui.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/// Keeps the last token, and gets a fresh one off the event loops, once for all that wait for it.
final class Tokens {
  private final TokenSource source;
  private final Executor executor;
  private String last;
  private CompletableFuture<String> fetching;

  Tokens(TokenSource source, Executor executor) {
    this.source = source;
    this.executor = executor;
  }

  /// @param fresh whether the last one is of no more use
  synchronized CompletableFuture<String> get(boolean fresh) {
    if (!fresh && last != null) {
      return CompletableFuture.completedFuture(last);
    }
    if (fetching == null) {
      boolean replace = fresh || last != null;
      var fetch = new CompletableFuture<String>();
      fetching = fetch;
      // It may be through before this returns.
      executor.execute(() -> fetch(replace, fetch));
      return fetch;
    }
    return fetching;
  }

  private void fetch(boolean fresh, CompletableFuture<String> into) {
    try {
      var token = source.token(fresh);
      if (token == null || token.isBlank()) {
        throw new IllegalStateException("the token source gave no token");
      }
      done(token);
      into.complete(token);
    } catch (Exception e) {
      done(null);
      into.completeExceptionally(e);
    }
  }

  private synchronized void done(String token) {
    last = token;
    fetching = null;
  }
}
