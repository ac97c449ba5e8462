package chasqui.mailbox;

import static chasqui.mailbox.Harness.by;
import static chasqui.mailbox.Harness.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.error.v1.Reason;
import chasqui.link.LinkLimits;
import chasqui.log.v1.ConversationKind;
import chasqui.log.v1.Entry;
import chasqui.mailbox.v1.Append;
import chasqui.mailbox.v1.Appended;
import chasqui.mailbox.v1.CreateConversation;
import chasqui.mailbox.v1.CursorUpdate;
import chasqui.mailbox.v1.DeriveConversationId;
import chasqui.mailbox.v1.DescribeConversation;
import chasqui.mailbox.v1.IdKind;
import chasqui.mailbox.v1.ListDevices;
import chasqui.mailbox.v1.ListMemberships;
import chasqui.mailbox.v1.MailboxEvent;
import chasqui.mailbox.v1.MailboxRequest;
import chasqui.mailbox.v1.MailboxResponse;
import chasqui.mailbox.v1.OpenPosition;
import chasqui.mailbox.v1.OpenPositions;
import chasqui.mailbox.v1.RangeRead;
import chasqui.mailbox.v1.ReadMarks;
import chasqui.mailbox.v1.ReadRange;
import chasqui.mailbox.v1.RegisterDevice;
import chasqui.mailbox.v1.SaveCursors;
import com.google.protobuf.ByteString;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole mailbox: link, inboxes, stripes with their threads, RocksDB.
class MailboxServiceTest {

  @TempDir
  Path folder;

  private LinkedMailbox mailbox;

  @BeforeEach
  void open() throws Exception {
    mailbox = new LinkedMailbox(folder, MailboxConfig.DEFAULT, LinkLimits.DEFAULT);
  }

  @AfterEach
  void close() throws Exception {
    mailbox.close();
  }

  private void reopen() throws Exception {
    close();
    open();
  }

  private String direct(String user, String peer) throws Exception {
    String id = mailbox.run(by(user).setDeriveConversationId(DeriveConversationId.newBuilder().setPeerUserId(peer)))
        .getConversationIdDerived().getConversationId();
    MailboxResponse created = mailbox.run(by(user).setAppend(Append.newBuilder()
        .setConversationId(id).setIdKind(IdKind.ID_KIND_ANY)
        .setCreate(CreateConversation.newBuilder()
            .setKind(ConversationKind.CONVERSATION_KIND_DIRECT).addMemberUserIds(peer))));
    assertEquals(1, created.getAppended().getSeq());
    return id;
  }

  private static MailboxRequest.Builder send(String user, String device, String conversation, long counter) {
    return by(user, device).setAppend(message(conversation, counter, user + device + counter));
  }

  @Test
  void manySendersOverOneLinkGetDenseSeqsAndNothingTwice() throws Exception {
    List<String> conversations = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      conversations.add(direct("alice", "peer-" + i));
    }
    List<Thread> senders = new ArrayList<>();
    Map<String, List<CompletableFuture<MailboxResponse>>> answers = new HashMap<>();
    for (String conversation : conversations) {
      List<CompletableFuture<MailboxResponse>> of = Collections.synchronizedList(new ArrayList<>());
      answers.put(conversation, of);
      for (String device : List.of("phone", "laptop")) {
        senders.add(Thread.ofPlatform().start(() -> {
          for (int i = 1; i <= 300; i++) {
            of.add(mailbox.ask(send("alice", device, conversation, i)));
            if (i % 10 == 0) {
              of.add(mailbox.ask(send("alice", device, conversation, i)));
            }
          }
        }));
      }
    }
    for (Thread sender : senders) {
      sender.join();
    }
    for (String conversation : conversations) {
      TreeSet<Long> seqs = new TreeSet<>();
      for (CompletableFuture<MailboxResponse> answer : answers.get(conversation)) {
        Appended appended = LinkedMailbox.get(answer).getAppended();
        assertTrue(appended.getRepeated() || seqs.add(appended.getSeq()), "a seq is answered to one first send");
      }
      assertEquals(600, seqs.size());
      assertEquals(2, seqs.first());
      assertEquals(601, seqs.last());
      assertEquals(601, readAll("alice", conversation).size());
    }
    assertPushesFollowTheirAnswers();
    assertEquals(8 + 8 * 600, mailbox.pushes.size());
  }

  private void assertPushesFollowTheirAnswers() {
    Map<String, Long> answered = new HashMap<>();
    Map<String, Long> pushed = new HashMap<>();
    for (MailboxEvent event : mailbox.events) {
      if (event.hasPush()) {
        String conversation = event.getPush().getConversationId();
        long seq = event.getPush().getEntry().getSeq();
        assertEquals(pushed.getOrDefault(conversation, 0L) + 1, seq, "pushes come in the order of seq");
        assertTrue(answered.getOrDefault(conversation, 0L) >= seq, "the answer comes before its push");
        pushed.put(conversation, seq);
      } else if (event.getResponse().hasAppended()) {
        Appended appended = event.getResponse().getAppended();
        answered.merge(appended.getConversationId(), appended.getSeq(), Math::max);
      }
    }
  }

  private List<Entry> readAll(String user, String conversation) throws Exception {
    List<Entry> entries = new ArrayList<>();
    long after = 0;
    while (true) {
      RangeRead read = mailbox.run(by(user).setReadRange(ReadRange.newBuilder()
          .setConversationId(conversation).setAfter(after).setUpto(Long.MAX_VALUE))).getRangeRead();
      entries.addAll(read.getEntriesList());
      if (read.getUpto() == read.getHead()) {
        return entries;
      }
      after = read.getUpto();
    }
  }

  @Test
  void whatWasAckedIsThereAfterARestartAndARepeatGetsItsAnswer() throws Exception {
    String conversation = direct("alice", "bob");
    List<Appended> first = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      first.add(mailbox.run(send("alice", "phone", conversation, i)).getAppended());
    }
    reopen();
    for (int i = 20; i >= 1; i--) {
      Appended again = mailbox.run(send("alice", "phone", conversation, i)).getAppended();
      assertEquals(first.get(i - 1).toBuilder().setRepeated(true).clearMemberCount().build(), again);
    }
    MailboxResponse reused = mailbox.run(by("alice", "phone").setAppend(message(conversation, 7, "other")));
    assertEquals(Reason.REASON_ID_REUSED, reused.getRefusal().getReason());
    assertEquals(22, mailbox.run(send("alice", "phone", conversation, 21)).getAppended().getSeq());
    assertEquals(22, readAll("bob", conversation).size());
  }

  @Test
  void aGroupLivesThroughChangesAndARestart() throws Exception {
    ByteString request = ByteString.copyFromUtf8("a group request");
    String group = mailbox.run(by("alice").setDeriveConversationId(
        DeriveConversationId.newBuilder().setGroupRequestId(request))).getConversationIdDerived().getConversationId();
    Harness requests = new Harness();
    assertEquals(1, mailbox.run(by("alice").setAppend(Append.newBuilder()
        .setConversationId(group).setIdKind(IdKind.ID_KIND_ANY).setClientMessageId(request)
        .setCreate(CreateConversation.newBuilder().setKind(ConversationKind.CONVERSATION_KIND_GROUP)
            .setTitle("friends").addMemberUserIds("bob")))).getAppended().getSeq());
    mailbox.run(requests.add("alice", group, "carol"));
    mailbox.run(requests.remove("alice", group, "bob"));
    mailbox.run(send("carol", "phone", group, 1));
    mailbox.run(requests.add("alice", group, "bob"));
    reopen();
    assertEquals(List.of(1L, 2L, 3L, 5L), readAll("bob", group).stream().map(Entry::getSeq).toList());
    assertEquals(List.of(2L, 3L, 4L, 5L), readAll("carol", group).stream().map(Entry::getSeq).toList());
    assertEquals(3, mailbox.run(by("bob").setDescribeConversation(
        DescribeConversation.newBuilder().setConversationId(group).setMembersMax(10))).getConversation().getMembersCount());
    assertEquals(List.of(group), mailbox.run(by("bob").setListMemberships(ListMemberships.newBuilder()))
        .getMemberships().getConversationIdsList());
    int today = (int) (System.currentTimeMillis() / 86_400_000);
    assertEquals(List.of(group), mailbox.run(by("bob").setReadMarks(
        ReadMarks.newBuilder().setFromDay(today - 1).setToDay(today + 1))).getMarks().getConversationIdsList());
  }

  @Test
  void aDeviceRegistersOpensAndAcks() throws Exception {
    String conversation = direct("alice", "bob");
    mailbox.run(send("alice", "phone", conversation, 1));
    long now = System.currentTimeMillis() / 1_000;
    assertTrue(mailbox.run(by("bob", "phone").setRegisterDevice(RegisterDevice.newBuilder().setTokenIssuedSeconds(now)))
        .getDeviceRegistered().getNewDevice());
    assertEquals(0, position("bob", conversation).getAcked());
    mailbox.run(by("bob", "phone").setSaveCursors(SaveCursors.newBuilder().addCursors(
        CursorUpdate.newBuilder().setConversationId(conversation).setGeneration(1).setAcked(99))));
    reopen();
    assertEquals(2, position("bob", conversation).getAcked());
    assertEquals(1, mailbox.run(by("bob").setListDevices(ListDevices.newBuilder())).getDevices().getDevicesCount());
  }

  private OpenPosition position(String user, String conversation) throws Exception {
    return mailbox.run(by(user, "phone").setOpenPositions(OpenPositions.newBuilder().addConversationIds(conversation)))
        .getPositions().getPositions(0);
  }

  @Test
  void conversationsOfSeveralSlotsInOneRequestAreRefused() throws Exception {
    MailboxResponse answer = mailbox.run(by("alice").setOpenPositions(
        OpenPositions.newBuilder().addAllConversationIds(List.of("a", "b", "c", "d", "e", "f"))));
    assertEquals(Reason.REASON_INVALID_FIELD, answer.getRefusal().getReason());
    assertEquals(Reason.REASON_INVALID_FIELD, mailbox.run(by("alice")).getRefusal().getReason());
  }

  @Test
  void aCloseInGoodOrderAnswersWhatWasTaken() throws Exception {
    String conversation = direct("alice", "bob");
    List<CompletableFuture<MailboxResponse>> answers = new ArrayList<>();
    for (int i = 1; i <= 200; i++) {
      answers.add(mailbox.ask(send("alice", "phone", conversation, i)));
    }
    // Refused at once, without a stripe: all before it have been taken by then.
    assertTrue(mailbox.run(by("alice")).hasRefusal());
    mailbox.engine.close();
    for (CompletableFuture<MailboxResponse> answer : answers) {
      assertTrue(LinkedMailbox.get(answer).hasAppended());
    }
    assertEquals(Reason.REASON_UNAVAILABLE,
        mailbox.run(send("alice", "phone", conversation, 201)).getRefusal().getReason());
    mailbox.closeLinks();
    assertEquals(Status.Code.OK, LinkedMailbox.get(mailbox.broken).getCode());
  }
}
