package chasqui.edge.unary;

import chasqui.edge.TokenVerifier;
import chasqui.edge.Tracing;
import chasqui.edge.budget.Budgets;
import chasqui.edge.budget.Spent;
import chasqui.edge.session.RouterPort.Taken;
import chasqui.error.v1.Reason;
import chasqui.mailbox.v1.Append;
import chasqui.mailbox.v1.Caller;
import chasqui.mailbox.v1.IdKind;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.Refusal;
import chasqui.mailbox.v1.RegisterDevice;
import chasqui.status.Statuses;
import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The unary calls under way: each is answered once, from whatever thread its last answer comes on.
final class Calls {

  private static final Logger LOG = LoggerFactory.getLogger(Calls.class);
  private static final Duration RETRY_AFTER = Duration.ofMillis(200);
  // What somebody else can notice: a caller has to know that it may have been done.
  private static final Set<MailboxRequest.OperationCase> WRITES = EnumSet.of(
      MailboxRequest.OperationCase.APPEND, MailboxRequest.OperationCase.REVOKE,
      MailboxRequest.OperationCase.SET_PRESENCE_VISIBILITY);
  /// Answers that are given whatever is held; their calls are bounded.
  private static final int SMALL_BYTES = 1024;

  private final Requests requests;
  private final SignOuts signOuts;
  private final Budgets budgets;
  private final LongSupplier millis;
  private final int callsMax;
  private final Answers answers;
  private final AtomicInteger open = new AtomicInteger();

  /// @param millis the clock of the budgets
  /// @param limits of calls, and of their answers
  Calls(Requests requests, SignOuts signOuts, Budgets budgets, LongSupplier millis, UnaryServices.Limits limits) {
    this.requests = requests;
    this.signOuts = signOuts;
    this.budgets = budgets;
    this.millis = millis;
    this.callsMax = limits.callsMax();
    this.answers = new Answers(limits.answerBytesMax(), limits.userAnswerBytesMax());
  }

  int open() {
    return open.get();
  }

  long answerBytes() {
    return answers.bytes();
  }

  /// Begins a call that names a conversation: an unknown one costs.
  <T extends MessageLite> void beginAbout(StreamObserver<T> observer, Consumer<Call<T>> body) {
    begin(observer, call -> {
      Spent spent = budgets.lookUp(call.user(), millis.getAsLong());
      if (spent == null) {
        body.accept(call);
      } else {
        call.fail(spent.status());
      }
    });
  }

  /// Begins a call of the authenticated caller; `body` is run once the user is known not to be signed out.
  <T extends MessageLite> void begin(StreamObserver<T> observer, Consumer<Call<T>> body) {
    TokenVerifier.Identity identity = Authentication.IDENTITY.get();
    if (open.incrementAndGet() > callsMax) {
      open.decrementAndGet();
      observer.onError(overloaded("as many calls are under way as may be"));
      return;
    }
    Call<T> call = new Call<>((ServerCallStreamObserver<T>) observer, identity.user());
    if (answers.isFull(identity.user())) {
      call.fail(overloaded("answers wait to be taken"));
      return;
    }
    if (signOuts.isRevoked(identity.user(), identity.issuedSeconds())) {
      call.fail(Authentication.refused());
      return;
    }
    Spent spent = budgets.call(identity.user(), millis.getAsLong());
    if (spent != null) {
      call.fail(spent.status());
    } else if (signOuts.isGood(identity.user(), identity.issuedSeconds())) {
      call.run(() -> body.accept(call));
    } else {
      checkSignOut(call, identity, body);
    }
  }

  /// Without a device, the owner only holds the token against the user's sign-out.
  private <T extends MessageLite> void checkSignOut(Call<T> call, TokenVerifier.Identity identity, Consumer<Call<T>> body) {
    MailboxRequest.Builder check = MailboxRequest.newBuilder()
        .setRegisterDevice(RegisterDevice.newBuilder().setTokenIssuedSeconds(identity.issuedSeconds()));
    call.ask(check, response -> {
      signOuts.good(identity.user(), identity.issuedSeconds());
      body.accept(call);
    });
  }

  static StatusRuntimeException overloaded(String message) {
    return Statuses.of(Reason.REASON_OVERLOADED, message, Map.of(), RETRY_AFTER);
  }

  static StatusRuntimeException unavailable(String message) {
    return Statuses.of(Reason.REASON_UNAVAILABLE, message, Map.of(), RETRY_AFTER);
  }

  static StatusRuntimeException refusal(MailboxRequest.OperationCase operation, Refusal refusal) {
    Reason reason = switch (refusal.getReason()) {
      case REASON_UNSPECIFIED, UNRECOGNIZED -> Reason.REASON_INTERNAL;
      case REASON_REVOKED -> Reason.REASON_UNAUTHENTICATED;
      // A read has no outcome that could be unknown.
      case REASON_OUTCOME_UNKNOWN, REASON_DEADLINE_EXCEEDED ->
          WRITES.contains(operation) ? refusal.getReason() : Reason.REASON_UNAVAILABLE;
      default -> refusal.getReason();
    };
    return Statuses.of(
        reason, refusal.getMessage(), refusal.getMetadataMap(), Duration.ofMillis(refusal.getRetryAfterMs()));
  }

  private static MailboxRequest.Builder appending(String conversationId, ByteString clientMessageId, Append.Builder change) {
    return MailboxRequest.newBuilder().setAppend(change
        .setConversationId(conversationId)
        .setClientMessageId(clientMessageId)
        .setIdKind(IdKind.ID_KIND_ANY));
  }

  /// One call. It is open until it was answered **and** the transport is done with it: the answer was written to the
  /// connection, or nobody waits for it any more. A peer that takes nothing has its calls, and their answers, counted.
  final class Call<T extends MessageLite> {
    private final ServerCallStreamObserver<T> observer;
    private final Caller caller;
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicBoolean gone = new AtomicBoolean();
    private final AtomicInteger holds = new AtomicInteger(2);
    private final String traceId = Tracing.current();

    private boolean stored;
    private boolean lists;
    private int answerBytes;

    private Call(ServerCallStreamObserver<T> observer, String user) {
      this.observer = observer;
      this.caller = Caller.newBuilder().setUserId(user).build();
      // With a handler for it, a call that the client gave up is answered into the void, without an exception.
      observer.setOnCancelHandler(this::gone);
      observer.setOnCloseHandler(this::gone);
    }

    String user() {
      return caller.getUserId();
    }

    /// Asks an owner; a refusal ends the call, and an id that is not found costs.
    void ask(MailboxRequest.Builder request, Consumer<MailboxResponse> then) {
      ask(request, then, refusal -> refused(request, refusal));
    }

    private void refused(MailboxRequest.Builder request, Refusal refusal) {
      if (refusal.getReason() == Reason.REASON_NOT_FOUND) {
        budgets.missed(user(), millis.getAsLong());
      }
      fail(refusal(request.getOperationCase(), refusal));
    }

    /// Asks an owner; `refused` decides about a refusal.
    void ask(MailboxRequest.Builder request, Consumer<MailboxResponse> then, Consumer<Refusal> refused) {
      StatusRuntimeException notTaken = hand(request, then, refused);
      if (notTaken != null) {
        fail(notTaken);
      }
    }

    /// Hands in a request; null where it was taken.
    private StatusRuntimeException hand(
        MailboxRequest.Builder request, Consumer<MailboxResponse> then, Consumer<Refusal> refused) {
      Taken taken = requests.request(request.setCaller(caller), response -> run(() -> {
        if (response.getOutcomeCase() == MailboxResponse.OutcomeCase.REFUSAL) {
          refused.accept(response.getRefusal());
        } else {
          then.accept(response);
        }
      }));
      return switch (taken) {
        case TAKEN -> null;
        case FULL -> overloaded("too many requests wait");
        case UNREACHABLE -> unavailable("no router is reachable");
      };
    }

    /// Appends an entry, repeatably by the caller's id.
    void append(String conversationId, ByteString clientMessageId, Append.Builder change, Consumer<MailboxResponse> then) {
      Spent spent = budgets.send(user(), millis.getAsLong());
      if (spent != null) {
        fail(spent.status());
        return;
      }
      MailboxRequest.Builder append = appending(conversationId, clientMessageId, change);
      ask(append, response -> appended(response, then), refusal -> refused(append, refusal));
    }

    /// The same for what is paid for; `refused` is told of a refusal before the call ends with it.
    void appendPaid(
        String conversationId, ByteString clientMessageId, Append.Builder change, Consumer<MailboxResponse> then,
        Consumer<Reason> refused) {
      MailboxRequest.Builder append = appending(conversationId, clientMessageId, change);
      StatusRuntimeException notTaken = hand(append, response -> appended(response, then), refusal -> {
        refused.accept(refusal.getReason());
        refused(append, refusal);
      });
      if (notTaken != null) {
        refused.accept(Reason.REASON_UNAVAILABLE);
        fail(notTaken);
      }
    }

    private void appended(MailboxResponse response, Consumer<MailboxResponse> then) {
      stored = true;
      budgets.sent(user(), response.getAppended(), millis.getAsLong());
      then.accept(response);
    }

    /// The call costs that many more than one.
    void charge(int more) {
      budgets.called(user(), more, millis.getAsLong());
    }

    /// Begins to put a list of conversations together; null where it may. It ends with the call.
    Spent list() {
      Spent spent = budgets.list(user());
      lists = spent == null;
      return spent;
    }

    /// Takes a new conversation from the budgets, and a send; `peer` is null for a group. Null where there is room.
    Spent create(String peer) {
      return budgets.create(user(), peer, millis.getAsLong());
    }

    /// The conversation was there before, or was certainly not made.
    void notCreated(String peer) {
      budgets.notCreated(user(), peer, millis.getAsLong());
    }

    void reply(T response) {
      int size = response.getSerializedSize();
      if (!finish()) {
        return;
      }
      if (!hold(size)) {
        observer.onError(overloaded("answers wait to be taken"));
      } else if (!gone.get()) {
        observer.onNext(response);
        observer.onCompleted();
      }
      letGo();
    }

    /// What was stored has to be told, and so is what is small; `OVERLOADED` says that nothing was done.
    private boolean hold(int size) {
      if (stored || size <= SMALL_BYTES) {
        answers.add(user(), size);
      } else if (!answers.hold(user(), size)) {
        return false;
      }
      answerBytes = size;
      return true;
    }

    void fail(StatusRuntimeException why) {
      if (finish()) {
        observer.onError(why);
        letGo();
      }
    }

    /// Whether somebody still waits for it. A call that was given up, or whose deadline has passed, ends here.
    boolean isAwaited() {
      if (gone.get() && finish()) {
        letGo();
      }
      return !over.get();
    }

    private boolean finish() {
      if (!over.compareAndSet(false, true)) {
        return false;
      }
      if (lists) {
        budgets.listed(user());
      }
      return true;
    }

    /// The answer was written, or is wanted no more.
    private void gone() {
      if (gone.compareAndSet(false, true)) {
        letGo();
      }
    }

    private void letGo() {
      if (holds.decrementAndGet() == 0) {
        open.decrementAndGet();
        answers.release(user(), answerBytes);
      }
    }

    private void run(Runnable step) {
      try {
        step.run();
      } catch (RuntimeException bug) {
        LOG.atError().setCause(bug).addKeyValue(Tracing.LOG_KEY, traceId).log("a unary call met a bug");
        fail(Statuses.of(Reason.REASON_INTERNAL, "the call met a bug of the server"));
      }
    }
  }
}
