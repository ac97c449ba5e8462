package chasqui.client.cli;

import static chasqui.client.ChasquiClient.await;

import chasqui.client.ChasquiClient;
import chasqui.client.ChasquiException;
import chasqui.client.ClientListener;
import chasqui.client.OutboxFullException;
import chasqui.client.session.ClientEvent;
import chasqui.client.session.SendOutcome;
import chasqui.client.session.StopCause;
import chasqui.edge.v1.Welcome;
import chasqui.history.v1.FetchHistoryResponse;
import chasqui.log.v1.Member;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/// One conversation in a terminal: what comes is shown, what is typed is sent.
final class Chat implements ClientListener {
  /// How long the beginning waits for what was missed, before it shows what there is.
  private static final long CATCH_UP_SECONDS = 5;

  private static final int OTHERS_NAMED_MAX = 50;
  private static final int EARLY_MAX = 1_000;

  private final ChatSettings settings;
  private final Screen screen;
  private final Online online;
  private final Problems problems;
  /// What was read before anything was shown.
  private final List<ClientEvent.ReceiptMoved> early = new ArrayList<>();
  private final CompletableFuture<ExitCode> done = new CompletableFuture<>();
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private final Set<String> othersNamed = new HashSet<>();
  private final Object monitor = new Object();

  /// Set once the conversation is known; entries before that wait in front of it.
  private volatile Window window;

  private volatile Reading reading;

  private volatile String conversationId;
  private volatile ChasquiClient client;
  private boolean isOpen;
  private final CompletableFuture<Void> found = new CompletableFuture<>();

  Chat(ChatSettings settings, Screen screen, EntryText text) {
    this.settings = settings;
    this.screen = screen;
    this.online = new Online(screen, text);
    this.problems = new Problems(screen);
  }

  /// Runs until the input ends, the person leaves, or the session is over.
  ExitCode run(ChasquiClient connected, BufferedReader input) {
    client = connected;
    begin();
    var reader = Thread.ofPlatform().daemon().name("input").start(() -> read(input));
    try {
      return done.get();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return ExitCode.FAILED;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof ChatFailure failure ? failure : new IllegalStateException(e.getCause());
    } finally {
      reader.interrupt();
    }
  }

  private void begin() {
    try {
      var conversation = new Rooms(client, settings.patience()).find(settings);
      conversationId = conversation.getConversationId();
      window = new Window(conversationId, screen);
      reading = new Reading(client, screen, window, settings);
      watch();
      found.complete(null);
      var history = settings.history() == 0
          ? FetchHistoryResponse.getDefaultInstance()
          : await(client.history().newestFolded(conversationId, settings.history()));
      caughtUp.await(CATCH_UP_SECONDS, TimeUnit.SECONDS);
      window.history(history.getFoldedList(), history.getFoldedUpto(), settings.device(), settings.user());
      window.open();
      reading.shown();
      opened();
    } catch (ChasquiException e) {
      if (done.isCompletedExceptionally()) {
        return;
      }
      throw new ChatFailure(Explain.code(e.reason()), sentence(Explain.why(e)));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// From here on receipts are told as they come.
  private void opened() {
    synchronized (early) {
      isOpen = true;
      early.stream().filter(moved -> moved.conversationId().equals(conversationId)).forEach(reading::moved);
      early.clear();
    }
  }

  private void moved(ClientEvent.ReceiptMoved moved) {
    synchronized (early) {
      if (!isOpen && early.size() < EARLY_MAX) {
        early.add(moved);
      } else if (isOpen && moved.conversationId().equals(conversationId)) {
        reading.moved(moved);
      }
    }
  }

  /// Of a group those are told of with whom the person also talks alone.
  private void watch() {
    if (settings.group().isEmpty()) {
      client.watch(settings.with());
    } else {
      client.conversations().get(conversationId).thenAccept(conversation ->
          client.watch(conversation.getMembersList().stream().map(Member::getUserId).toList()));
    }
  }

  private static String sentence(String why) {
    return Character.toUpperCase(why.charAt(0)) + why.substring(1) + '.';
  }

  private void read(BufferedReader input) {
    var commands = new Commands(client, screen, window, settings, online, reading, problems);
    try {
      for (var line = input.readLine(); line != null; line = input.readLine()) {
        if (line.isBlank()) {
          continue;
        }
        if (line.startsWith("/") && !line.startsWith("//")) {
          if (commands.run(line.strip()) == Commands.Next.QUIT) {
            break;
          }
        } else {
          say(line.startsWith("//") ? line.substring(1) : line);
        }
      }
      done.complete(drain());
    } catch (IOException | RuntimeException e) {
      done.completeExceptionally(new ChatFailure(ExitCode.FAILED, "The input cannot be read: " + e.getMessage()));
    }
  }

  /// Sends a line, waiting while the outbox is full.
  private void say(String text) {
    var sent = client.send(conversationId, Mentions.message(text).build());
    while (sent.isCompletedExceptionally() && sent.exceptionNow() instanceof OutboxFullException) {
      waitForRoom();
      sent = client.send(conversationId, Mentions.message(text).build());
    }
    problems.follow(sent);
  }

  private void waitForRoom() {
    synchronized (monitor) {
      try {
        monitor.wait(1_000);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw new ChatFailure(ExitCode.FAILED, "Interrupted.");
      }
    }
  }

  /// Waits until everything typed is answered.
  private ExitCode drain() {
    long deadline = System.nanoTime() + settings.drainTimeout().toNanos();
    while (client.unanswered() > 0 && System.nanoTime() < deadline && !done.isDone()) {
      synchronized (monitor) {
        try {
          monitor.wait(50);
        } catch (InterruptedException _) {
          return ExitCode.FAILED;
        }
      }
    }
    if (client.unanswered() > 0) {
      screen.problem(client.unanswered() + " messages are not sent yet; they go out when you chat again from here");
      return ExitCode.UNSENT;
    }
    // Whoever watches has seen what was mistyped; a script has not.
    return problems.unsent() || problems.any() && !settings.attended() ? ExitCode.FAILED : ExitCode.OK;
  }

  @Override
  public void on(ClientEvent event) {
    switch (event) {
      case ClientEvent.Connected(_, _, var welcome) -> connected(welcome);
      case ClientEvent.CaughtUp _ -> caughtUp.countDown();
      case ClientEvent.EntryReceived received -> received(received);
      case ClientEvent.SendSettled(var outcome) -> settled(outcome);
      case ClientEvent.PresenceChanged(var user, boolean isOnline, var seen) -> online.changed(user, isOnline, seen);
      case ClientEvent.ReceiptMoved moved -> moved(moved);
      case ClientEvent.ReadMoved moved -> {
        if (moved.conversationId().equals(conversationId)) {
          screen.unread(moved.seq(), moved.unreadMessages(), moved.unreadMentions());
        }
      }
      case ClientEvent.TypingChanged(var conversation, var user, boolean typing) -> {
        if (conversation.equals(conversationId)) {
          screen.typing(user, typing);
        }
      }
      case ClientEvent.Disconnected(_, var why, _) -> screen.state(Screen.State.RECONNECTING, PlainText.line(why));
      case ClientEvent.ConnectFailed(_, _, var why, _) ->
          screen.state(Screen.State.RECONNECTING, PlainText.line(why));
      case ClientEvent.Draining _ -> screen.state(Screen.State.DRAINING, "");
      case ClientEvent.Stopped stopped -> stopped(stopped);
      case ClientEvent.GenerationChanged changed -> {
        if (changed.conversationId().equals(conversationId)) {
          window.regenerate();
          screen.note("the server restored this conversation; some messages may come again");
        }
      }
      case ClientEvent.AuthExpiring _, ClientEvent.AuthExpired _, ClientEvent.HeadMoved _, ClientEvent.FrameRefused _,
          ClientEvent.Evicted _ -> {}
    }
  }

  private void connected(Welcome welcome) {
    if (!welcome.getUserId().equals(settings.user())) {
      fail(new ChatFailure(ExitCode.NOT_SIGNED_IN, "The token is for " + PlainText.line(welcome.getUserId())
          + ", not for " + settings.user() + '.'));
      return;
    }
    screen.state(Screen.State.CONNECTED, "as " + settings.user() + " on " + settings.device());
  }

  private void received(ClientEvent.EntryReceived received) {
    // The conversation is known within moments, or the chat ends; until then the server waits with the rest.
    found.exceptionally(_ -> null).join();
    if (received.conversationId().equals(conversationId)) {
      window.delivered(received.entry(), received.own());
      reading.shown();
    } else if (window != null && !received.own() && othersNamed.size() < OTHERS_NAMED_MAX
        && othersNamed.add(received.conversationId())) {
      client.conversations().get(received.conversationId()).thenAccept(conversation ->
          screen.note("something new in " + Rooms.name(conversation, settings.user())));
    }
  }

  private void settled(SendOutcome outcome) {
    switch (outcome) {
      case SendOutcome.Refused failure -> problems.notSent(Explain.why(failure.reason(), failure.message())
          + (failure.mayBeStored() ? " (it may have arrived all the same)" : ""));
      case SendOutcome.Accepted _, SendOutcome.Pending _ -> {}
    }
    synchronized (monitor) {
      monitor.notifyAll();
    }
  }

  private void stopped(ClientEvent.Stopped stopped) {
    if (stopped.cause() == StopCause.CLOSED) {
      return;
    }
    fail(switch (stopped.cause()) {
      case EVICTED -> new ChatFailure(ExitCode.EVICTED, "The server ended this session: " + stopped.message());
      case AUTHENTICATION_FAILED ->
          new ChatFailure(ExitCode.NOT_SIGNED_IN, "The server does not accept the token: " + stopped.message());
      case INCOMPATIBLE, STORE_FAILED, BROKEN, CLOSED -> new ChatFailure(ExitCode.FAILED, stopped.message());
    });
  }

  private void fail(ChatFailure failure) {
    done.completeExceptionally(failure);
    found.complete(null);
    caughtUp.countDown();
  }

  /// Lets a listener that waits for the conversation go: the chat could not begin.
  void abandon() {
    found.complete(null);
  }
}
