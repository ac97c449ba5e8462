package chasqui.testkit.check;

import chasqui.testkit.history.Entry;
import chasqui.testkit.history.Observation;
import chasqui.testkit.history.Observation.CursorAcked;
import chasqui.testkit.history.Observation.DeviceRegistered;
import chasqui.testkit.history.Observation.EntryShown;
import chasqui.testkit.history.Observation.FrameDelivered;
import chasqui.testkit.history.Observation.HeadShown;
import chasqui.testkit.history.Observation.HistoryRead;
import chasqui.testkit.history.Observation.MemberJoined;
import chasqui.testkit.history.Observation.MemberLeft;
import chasqui.testkit.history.Observation.SendFailed;
import chasqui.testkit.history.Observation.SendInvoked;
import chasqui.testkit.history.Observation.SendOk;
import chasqui.testkit.history.Observation.SendUnknown;
import chasqui.testkit.history.Observation.Watching;
import chasqui.testkit.history.PayloadHash;
import chasqui.testkit.history.Send;
import chasqui.testkit.history.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Writes small histories: one conversation `talk`, generation 1, a user's devices called `alice1`, `alice2` …
final class Script {
  static final String TALK = "talk";

  private final List<Observation> observations = new ArrayList<>();
  private long nowMicros = 1_000;

  /// Alice on one device and Bob on two, members from the entry 1 on.
  static Script aliceAndBob() {
    return new Script().device("alice1").device("bob1").device("bob2").joined("alice", 1).joined("bob", 1);
  }

  Script add(Observation observation) {
    observations.add(observation);
    return this;
  }

  long now() {
    return nowMicros++;
  }

  Script device(String device) {
    return device(device, Watching.BOTH);
  }

  Script device(String device, Watching watching) {
    return add(new DeviceRegistered(user(device), device, watching, now()));
  }

  Script joined(String user, long seq) {
    return add(new MemberJoined(user, TALK, seq));
  }

  Script left(String user, long seq) {
    return add(new MemberLeft(user, TALK, seq));
  }

  /// The message id names the text, so `entry` can make the same message again.
  Script invoked(String device, String text) {
    return add(new SendInvoked(send(device, text), PayloadHash.of(text), now()));
  }

  Script ok(String device, String text, long seq) {
    return add(new SendOk(send(device, text), device + "/s1", 1, seq, now()));
  }

  Script failed(String device, String text) {
    return add(new SendFailed(send(device, text), "refused", now()));
  }

  Script unknown(String device, String text) {
    return add(new SendUnknown(send(device, text), "timeout", now()));
  }

  Script sent(String device, String text, long seq) {
    return invoked(device, text).ok(device, text, seq);
  }

  /// A frame on session `s1` that covers exactly its entries, shown and acknowledged.
  Script gets(String device, Entry... entries) {
    frame(device, "s1", entries[0].seq() - 1, entries[entries.length - 1].seq(), entries);
    Arrays.stream(entries).forEach(entry -> shows(device, entry));
    return acks(device, entries[entries.length - 1].seq());
  }

  Script frame(String device, String session, long after, long upto, Entry... entries) {
    return add(new FrameDelivered(view(device), device + "/" + session, after, upto, List.of(entries), now()));
  }

  Script shows(String device, Entry entry) {
    return add(new EntryShown(view(device), entry, now()));
  }

  Script acks(String device, long seq) {
    return add(new CursorAcked(view(device), device + "/s1", seq, now()));
  }

  Script head(String device, long head) {
    return add(new HeadShown(view(device), device + "/s1", head, now()));
  }

  Script reads(String device, long after, long upto, Entry... entries) {
    return add(new HistoryRead(view(device), after, upto, List.of(entries), now()));
  }

  static Entry entry(long seq, String device, String text) {
    return Entry.message(seq, send(device, text), PayloadHash.of(text));
  }

  static Send send(String device, String text) {
    return new Send(user(device), device, TALK, "id-" + text);
  }

  static View view(String device) {
    return new View(device, TALK, 1);
  }

  static String user(String device) {
    return device.substring(0, device.length() - 1);
  }

  List<Observation> observations() {
    return observations;
  }

  Verdict judge() {
    return Judge.of(observations);
  }
}
