package chasqui.mailbox;

import chasqui.link.Rate;
import java.time.Duration;

/// Every limit of the mailbox, each with its default and its reason.
///
/// @param stripes journals, each with a thread and one commit in flight; few, so that batches are big
/// @param queues bounds of what waits
/// @param batches bounds of one commit
/// @param conversations bounds of one conversation, and of how many are kept in memory
/// @param reads bounds of one answer
/// @param users bounds of what is kept by user
/// @param changes bounds of how messages are changed later
/// @param budgets how much may be appended to one conversation
public record MailboxConfig(
    int stripes, Queues queues, Batches batches, Conversations conversations, Reads reads, Users users, Changes changes,
    Budgets budgets) {

  /// Most members that any configuration may allow a conversation: what the design was checked for.
  public static final int MEMBERS_CEILING = 10_000;

  /// @param inboxMax requests waiting for a stripe's thread; beyond: `OVERLOADED`. Half a second of work at most
  /// @param inboxBytesMax their encoded bytes, since one request may be 64 KiB
  /// @param openMax requests that a stripe has taken and not answered; beyond: `OVERLOADED`. Bounds every wait: for the
  ///     store, for a commit, for the proof of custody
  /// @param openBytesMax their encoded bytes
  /// @param openPerConversationMax of these, requests for one conversation at which its appends are refused, so that none
  ///     takes all the room
  /// @param retryAfter what a caller is told to wait after `OVERLOADED` or `UNAVAILABLE`
  public record Queues(
      int inboxMax,
      long inboxBytesMax,
      int openMax,
      long openBytesMax,
      int openPerConversationMax,
      Duration retryAfter) {
    public static final Queues DEFAULT =
        new Queues(16_384, 16L << 20, 32_768, 32L << 20, 4_096, Duration.ofMillis(200));

    public Queues {
      Relation.need(inboxMax >= 1, "inboxMax >= 1: a stripe must be able to take a request");
      Relation.need(openPerConversationMax >= 1, "openPerConversationMax >= 1: a conversation must be able to take an append");
      Relation.need(openMax >= openPerConversationMax, "openMax >= openPerConversationMax: it is part of it");
      Relation.need(retryAfter.isPositive(), "retryAfter > 0: a caller told to come back at once makes overload worse");
    }
  }

  /// @param bytesMax encoded bytes of one commit, unless one entry alone is larger: a journal row stays small
  /// @param entriesMax entries of one commit: bounds how many acks one failure turns into "unknown"
  /// @param storeFullPause how long appends are refused at admission after the store had no room
  public record Batches(int bytesMax, int entriesMax, Duration storeFullPause) {
    public static final Batches DEFAULT = new Batches(256 * 1024, 1_000, Duration.ofMillis(500));

    public Batches {
      Relation.need(entriesMax >= 1, "entriesMax >= 1: a commit must hold an entry");
      Relation.need(!storeFullPause.isNegative(), "storeFullPause >= 0");
    }
  }

  /// @param membersMax members of a group
  /// @param membersAddedMax users of one `AddMembers`: bounds the entry that tells of it
  /// @param messageBytesMax encoded bytes of one message
  /// @param titleCharactersMax characters of a title
  /// @param stateWeightMax conversations kept in memory, all stripes together; one with many members or devices counts
  ///     for more, see {@link ConversationState#weight}
  public record Conversations(
      int membersMax, int membersAddedMax, int messageBytesMax, int titleCharactersMax, int stateWeightMax) {
    public static final Conversations DEFAULT = new Conversations(100, 1_000, 64 * 1024, 200, 100_000);

    public Conversations {
      Relation.need(membersMax >= 2 && membersMax <= MEMBERS_CEILING, "2 <= membersMax <= " + MEMBERS_CEILING);
      Relation.need(membersAddedMax >= 1, "membersAddedMax >= 1");
      Relation.need(messageBytesMax >= 1, "messageBytesMax >= 1");
      Relation.need(titleCharactersMax >= 1, "titleCharactersMax >= 1");
      Relation.need(stateWeightMax >= 1, "stateWeightMax >= 1");
    }
  }

  /// @param rangeEntriesMax entries of one range
  /// @param rangeBytesMax encoded bytes of one range, unless one entry alone is larger; far below a frame of 4 MiB
  /// @param rangesOpenBytesMax bytes that the ranges being read in a stripe may come to; further ones wait for their turn
  /// @param pageMax ids of one page of marks or memberships
  /// @param conversationsMax conversations of one `OpenPositions` or `SaveCursors`
  /// @param markDaysMax days of one `ReadMarks`; marks live 40 days
  /// @param tailBytesMax bytes of the newest entries that are kept in a stripe, of conversations that were read; with 0 none
  ///     are, and every range is read by itself
  public record Reads(
      int rangeEntriesMax,
      int rangeBytesMax,
      long rangesOpenBytesMax,
      int pageMax,
      int conversationsMax,
      int markDaysMax,
      long tailBytesMax) {
    public static final Reads DEFAULT = new Reads(500, 1 << 20, 8L << 20, 500, 100, 62, 4L << 20);

    public Reads {
      Relation.need(rangeEntriesMax >= 1 && pageMax >= 1 && conversationsMax >= 1 && markDaysMax >= 1, "limits of reads >= 1");
      Relation.need(tailBytesMax >= 0, "tailBytesMax >= 0");
      Relation.need(rangesOpenBytesMax >= rangeBytesMax, "rangesOpenBytesMax >= rangeBytesMax: any range must get its turn");
      Relation.need(rangeBytesMax <= 2 << 20, "rangeBytesMax <= 2 MiB: with its envelope it must pass a frame of 4 MiB");
    }
  }

  /// @param devicesMax devices ever registered and not signed out, of one user: bounds the list
  /// @param waitingPerUserMax changes of one user's rows that wait for the one under way; beyond: `OVERLOADED`
  public record Users(int devicesMax, int waitingPerUserMax) {
    public static final Users DEFAULT = new Users(1_000, 64);

    public Users {
      Relation.need(devicesMax >= 1 && devicesMax <= 1_000, "1 <= devicesMax <= 1000: a store lists no more");
      Relation.need(waitingPerUserMax >= 1, "waitingPerUserMax >= 1");
    }
  }

  /// @param authorWindow how long authors may edit or delete their messages: long enough to mend what was written at the
  ///     end of a week, short enough that what was said stands
  /// @param emojisMax different emojis on one message: what a screen can show; of one user a quarter of them
  /// @param changesMax reactions and pins of one message, those taken back included; bounds what a decision and a page
  ///     read. Taking back, the author's edits and a deletion go beyond
  /// @param perUserMax of them by one user, edits included: nobody uses up those of others
  /// @param pinsMax pins of one conversation; they are part of its row
  /// @param targetsMax messages whose changes a stripe holds in memory, because a change of them waits; beyond: `OVERLOADED`
  /// @param rowsMax changes read for one page, unless one message alone has more
  public record Changes(
      Duration authorWindow, int emojisMax, int changesMax, int perUserMax, int pinsMax, int targetsMax, int rowsMax) {
    public static final Changes DEFAULT = new Changes(Duration.ofHours(48), 20, 1_000, 50, 50, 256, 4_000);

    public Changes {
      Relation.need(authorWindow.isPositive(), "authorWindow > 0");
      Relation.need(emojisMax >= 1 && changesMax >= 1 && perUserMax >= 1 && pinsMax >= 1 && targetsMax >= 1, "limits of changes >= 1");
      Relation.need(pinsMax <= 100, "pinsMax <= 100: every commit of the conversation writes them");
      Relation.need(rowsMax > 2 * changesMax + perUserMax,
          "rowsMax > 2 * changesMax + perUserMax: any message must fit a page, all taken back, edited and deleted");
    }

    int userEmojisMax() {
      return Math.max(1, emojisMax / 4);
    }
  }

  /// @param sends messages and their changes of one conversation, whoever sends: more than any room of people, a quarter
  ///     of what a stripe commits
  /// @param memberships changes of members, roles and title: each makes routers read the roster again
  /// @param membersPerUnit members that one unit reaches; a message to 10,000 costs 40
  public record Budgets(Rate sends, Rate memberships, int membersPerUnit) {
    public static final Budgets DEFAULT = new Budgets(new Rate(30_000, 1_000), new Rate(300, 200), 250);

    public Budgets {
      Relation.need(membersPerUnit >= 1, "budgets.membersPerUnit >= 1");
    }
  }

  public static final MailboxConfig DEFAULT = new MailboxConfig(
      4, Queues.DEFAULT, Batches.DEFAULT, Conversations.DEFAULT, Reads.DEFAULT, Users.DEFAULT, Changes.DEFAULT,
      Budgets.DEFAULT);

  /// What an entry's envelope adds to its message, at most: sender, device, id, seq, stamp.
  static final int ENVELOPE_BYTES_MAX = 1024;

  public MailboxConfig {
    Relation.need(stripes >= 1 && stripes <= 64, "1 <= stripes <= 64: more only make batches smaller");
    Relation.need(batches.bytesMax() >= conversations.messageBytesMax() + ENVELOPE_BYTES_MAX,
        "batches.bytesMax >= messageBytesMax + 1 KiB: any message must fit a commit");
    Relation.need(reads.rangeBytesMax() >= conversations.messageBytesMax() + ENVELOPE_BYTES_MAX,
        "reads.rangeBytesMax >= messageBytesMax + 1 KiB: any message must fit a range");
    Relation.need(queues.openBytesMax() >= 4L * batches.bytesMax(),
        "queues.openBytesMax >= 4 * batches.bytesMax: the next commits must be able to gather while one is under way");
    Relation.need(queues.inboxBytesMax() >= conversations.messageBytesMax() + ENVELOPE_BYTES_MAX,
        "queues.inboxBytesMax >= messageBytesMax + 1 KiB: any message must be able to wait");
  }

  /// With the default bounds of changes and budgets.
  public MailboxConfig(
      int stripes, Queues queues, Batches batches, Conversations conversations, Reads reads, Users users) {
    this(stripes, queues, batches, conversations, reads, users, Changes.DEFAULT, Budgets.DEFAULT);
  }

  public MailboxConfig withConversations(Conversations other) {
    return new MailboxConfig(stripes, queues, batches, other, reads, users, changes, budgets);
  }

  public MailboxConfig withQueues(Queues other) {
    return new MailboxConfig(stripes, other, batches, conversations, reads, users, changes, budgets);
  }

  public MailboxConfig withBatches(Batches other) {
    return new MailboxConfig(stripes, queues, other, conversations, reads, users, changes, budgets);
  }

  public MailboxConfig withReads(Reads other) {
    return new MailboxConfig(stripes, queues, batches, conversations, other, users, changes, budgets);
  }

  public MailboxConfig withUsers(Users other) {
    return new MailboxConfig(stripes, queues, batches, conversations, reads, other, changes, budgets);
  }

  public MailboxConfig withChanges(Changes other) {
    return new MailboxConfig(stripes, queues, batches, conversations, reads, users, other, budgets);
  }

  public MailboxConfig withBudgets(Budgets other) {
    return new MailboxConfig(stripes, queues, batches, conversations, reads, users, changes, other);
  }

  // Not a method of the enclosing record: its defaults would be made before those of the part that is being made.
  private static final class Relation {
    static void need(boolean holds, String relation) {
      if (!holds) {
        throw new IllegalArgumentException("mailbox limits need " + relation);
      }
    }
  }
}
