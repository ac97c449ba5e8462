package chasqui.testkit.check;

import chasqui.testkit.history.Send;
import java.util.Arrays;

/// Every send of a run, once per `(conversation, sender device, client_message_id)`, in columns: some hundred bytes each,
/// nearly all of it the message id.
final class SendTable {
  enum State {
    /// Only seen in a log, never invoked by anybody in this history.
    FOREIGN,
    INVOKED,
    OK,
    FAILED,
    UNKNOWN
  }

  private final Names names;
  private int[] slots = new int[1 << 12];
  private int size;

  private int[] conversations = new int[1 << 11];
  private int[] users = new int[1 << 11];
  private int[] devices = new int[1 << 11];
  private String[] messageIds = new String[1 << 11];
  private byte[] states = new byte[1 << 11];
  private long[] payloads = new long[1 << 11];
  private long[] lastPayloads = new long[1 << 11];
  private long[] invokedMicros = new long[1 << 11];
  private long[] generations = new long[1 << 11];
  private long[] seqs = new long[1 << 11];
  private long[] seenPayloads = new long[1 << 11];
  private byte[] seen = new byte[1 << 11];

  SendTable(Names names) {
    this.names = names;
    Arrays.fill(slots, -1);
  }

  int size() {
    return size;
  }

  /// The row of this send, made if it is new.
  int row(Send send) {
    int conversation = names.id(send.conversation());
    int user = names.id(send.user());
    int device = names.id(send.device());
    int slot = hash(conversation, user, device, send.messageId()) & (slots.length - 1);
    while (slots[slot] >= 0) {
      int row = slots[slot];
      if (conversations[row] == conversation
          && users[row] == user
          && devices[row] == device
          && messageIds[row].equals(send.messageId())) {
        return row;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    slots[slot] = size;
    growColumns();
    conversations[size] = conversation;
    users[size] = user;
    devices[size] = device;
    messageIds[size] = send.messageId();
    growSlots();
    return size++;
  }

  void invoked(int row, long payload, long atMicros) {
    if (state(row) == State.FOREIGN) {
      payloads[row] = payload;
      invokedMicros[row] = atMicros;
      states[row] = (byte) State.INVOKED.ordinal();
    } else if (state(row) == State.FAILED) {
      // Nothing was stored, so this attempt is the first again.
      payloads[row] = payload;
      states[row] = (byte) State.INVOKED.ordinal();
    }
    lastPayloads[row] = payload;
  }

  /// An acknowledgement is never taken back; any other outcome gives way to a later one.
  void outcome(int row, State state) {
    if (state(row) != State.OK) {
      states[row] = (byte) state.ordinal();
    }
  }

  /// Notes where the send is stored; within a generation the first account stands.
  void storedAt(int row, long generation, long seq) {
    if (seqIn(row, generation) == 0) {
      generations[row] = generation;
      seqs[row] = seq;
    }
  }

  /// Where the send is stored in `generation`, 0 for nowhere known.
  long seqIn(int row, long generation) {
    return generations[row] == generation ? seqs[row] : 0;
  }

  /// A reader saw the message.
  void seen(int row, long payload) {
    seenPayloads[row] = payload;
    seen[row] = 1;
  }

  boolean seen(int row) {
    return seen[row] != 0;
  }

  long seenPayload(int row) {
    return seenPayloads[row];
  }

  State state(int row) {
    return STATES[states[row]];
  }

  boolean stored(int row) {
    return seqs[row] > 0;
  }

  long seq(int row) {
    return seqs[row];
  }

  int conversation(int row) {
    return conversations[row];
  }

  int user(int row) {
    return users[row];
  }

  int device(int row) {
    return devices[row];
  }

  long payload(int row) {
    return payloads[row];
  }

  /// What the latest attempt carried.
  long lastPayload(int row) {
    return lastPayloads[row];
  }

  long invokedMicros(int row) {
    return invokedMicros[row];
  }

  String describe(int row) {
    return "message " + messageIds[row] + " of " + names.name(users[row]) + "/" + names.name(devices[row]) + " in "
        + names.name(conversations[row]);
  }

  private static final State[] STATES = State.values();

  private static int hash(int conversation, int user, int device, String messageId) {
    int hash = ((messageId.hashCode() * 31 + conversation) * 31 + user) * 31 + device;
    hash *= 0x9e3779b1;
    return hash ^ (hash >>> 15);
  }

  private void growSlots() {
    if (size * 2 < slots.length) {
      return;
    }
    slots = new int[slots.length * 2];
    Arrays.fill(slots, -1);
    for (int row = 0; row <= size; row++) {
      int slot = hash(conversations[row], users[row], devices[row], messageIds[row]) & (slots.length - 1);
      while (slots[slot] >= 0) {
        slot = (slot + 1) & (slots.length - 1);
      }
      slots[slot] = row;
    }
  }

  private void growColumns() {
    if (size < conversations.length) {
      return;
    }
    int rows = size * 2;
    conversations = Arrays.copyOf(conversations, rows);
    users = Arrays.copyOf(users, rows);
    devices = Arrays.copyOf(devices, rows);
    messageIds = Arrays.copyOf(messageIds, rows);
    states = Arrays.copyOf(states, rows);
    payloads = Arrays.copyOf(payloads, rows);
    lastPayloads = Arrays.copyOf(lastPayloads, rows);
    invokedMicros = Arrays.copyOf(invokedMicros, rows);
    generations = Arrays.copyOf(generations, rows);
    seqs = Arrays.copyOf(seqs, rows);
    seenPayloads = Arrays.copyOf(seenPayloads, rows);
    seen = Arrays.copyOf(seen, rows);
  }
}
