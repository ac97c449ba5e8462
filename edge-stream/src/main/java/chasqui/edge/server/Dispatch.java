package chasqui.edge.server;

import chasqui.edge.session.Push;
import chasqui.edge.session.RouterPort;
import chasqui.edge.session.SessionEvent;
import chasqui.edge.session.Signal;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.router.v1.Fanout;
import chasqui.router.v1.NotHere;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings one frame of a router to the sessions: one hop per loop, whatever the number of sessions, in the frame's order.
/// Used by one thread, for one frame.
final class Dispatch {

  private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

  private final SessionTable table;
  private final List<Batch> batches = new ArrayList<>(4);

  Dispatch(SessionTable table) {
    this.table = table;
  }

  void answer(SessionLoop loop, RouterPort.Answer answer, MailboxResponse response) {
    batch(loop).steps.add(new Answered(answer, response));
  }

  /// Hands a fan-out to the sessions it names; returns those that are not here, or null.
  NotHere fanout(Fanout fanout) {
    NotHere.Builder missing = null;
    // The sessions of one loop share the push, and with it the frame that most of them need.
    PushStep last = null;
    for (int i = 0; i < fanout.getSessionIdsCount(); i++) {
      GrpcStream stream = table.get(fanout.getSessionIds(i));
      if (stream == null) {
        missing = missing == null ? NotHere.newBuilder() : missing;
        missing.addSessionIds(fanout.getSessionIds(i));
        continue;
      }
      if (last == null || last.loop != stream.loop()) {
        last = step(stream.loop(), fanout);
      }
      last.streams.add(stream);
    }
    return missing == null ? null
        : missing.setConversationId(fanout.getConversationId()).setHead(fanout.getHead()).build();
  }

  /// Hands something ephemeral to those of the sessions that are here.
  ///
  /// @return how many are not
  int told(SessionEvent.Told told, List<Long> sessionIds) {
    int missing = 0;
    for (long sessionId : sessionIds) {
      GrpcStream stream = table.get(sessionId);
      if (stream == null) {
        missing++;
        continue;
      }
      List<Step> steps = batch(stream.loop()).steps;
      if (steps.isEmpty() || !(steps.getLast() instanceof ToldStep last) || last.told != told) {
        steps.add(new ToldStep(told, new ArrayList<>()));
      }
      ((ToldStep) steps.getLast()).streams.add(stream);
    }
    return missing;
  }

  /// Sends everything to the loops.
  void run() {
    batches.forEach(batch -> batch.loop.execute(batch));
  }

  private PushStep step(SessionLoop loop, Fanout fanout) {
    List<Step> steps = batch(loop).steps;
    if (!steps.isEmpty() && steps.getLast() instanceof PushStep push && push.fanout == fanout) {
      return push;
    }
    PushStep push = new PushStep(loop, fanout);
    steps.add(push);
    return push;
  }

  private Batch batch(SessionLoop loop) {
    for (Batch batch : batches) {
      if (batch.loop == loop) {
        return batch;
      }
    }
    Batch batch = new Batch(loop);
    batches.add(batch);
    return batch;
  }

  private sealed interface Step {}

  private record Answered(RouterPort.Answer answer, MailboxResponse response) implements Step {}

  private record ToldStep(SessionEvent.Told told, List<GrpcStream> streams) implements Step {}

  private static final class PushStep implements Step {
    final SessionLoop loop;
    final Fanout fanout;
    final List<GrpcStream> streams = new ArrayList<>();

    PushStep(SessionLoop loop, Fanout fanout) {
      this.loop = loop;
      this.fanout = fanout;
    }
  }

  /// What one loop gets of the frame.
  private static final class Batch implements Runnable {
    final SessionLoop loop;
    final List<Step> steps = new ArrayList<>();
    private final List<GrpcStream> touched = new ArrayList<>();

    Batch(SessionLoop loop) {
      this.loop = loop;
    }

    @Override
    public void run() {
      for (Step step : steps) {
        switch (step) {
          case Answered answered -> answer(answered);
          case PushStep push -> hand(new SessionEvent.Pushed(new Push(push.fanout)), push.streams);
          case ToldStep told -> hand(told.told, told.streams);
        }
      }
      for (GrpcStream stream : touched) {
        stream.touched = false;
        stream.handle(Signal.END_OF_BATCH);
      }
    }

    private void answer(Answered answered) {
      try {
        answered.answer.answered(answered.response, loop.nowMillis());
      } catch (RuntimeException bug) {
        // Its session has ended itself; the others go on.
        LOG.error("a session was ended by a bug", bug);
      }
    }

    private void hand(SessionEvent event, List<GrpcStream> streams) {
      for (GrpcStream stream : streams) {
        stream.handle(event);
        if (!stream.touched) {
          stream.touched = true;
          touched.add(stream);
        }
      }
    }
  }
}
