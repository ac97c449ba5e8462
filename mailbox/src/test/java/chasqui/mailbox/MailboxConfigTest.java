package chasqui.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class MailboxConfigTest {

  @Test
  void defaults() {
    assertEquals(
        "MailboxConfig[stripes=4, "
            + "queues=Queues[inboxMax=16384, inboxBytesMax=16777216, openMax=32768, openBytesMax=33554432, "
            + "openPerConversationMax=4096, retryAfter=PT0.2S], "
            + "batches=Batches[bytesMax=262144, entriesMax=1000, storeFullPause=PT0.5S], "
            + "conversations=Conversations[membersMax=100, membersAddedMax=1000, messageBytesMax=65536, "
            + "titleCharactersMax=200, stateWeightMax=100000], "
            + "reads=Reads[rangeEntriesMax=500, rangeBytesMax=1048576, rangesOpenBytesMax=8388608, pageMax=500, "
            + "conversationsMax=100, markDaysMax=62, tailBytesMax=4194304], "
            + "users=Users[devicesMax=1000, waitingPerUserMax=64], "
            + "changes=Changes[authorWindow=PT48H, emojisMax=20, changesMax=1000, perUserMax=50, pinsMax=50, targetsMax=256, "
            + "rowsMax=4000], "
            + "budgets=Budgets[sends=Rate[perMinute=30000, burst=1000], memberships=Rate[perMinute=300, burst=200], "
            + "membersPerUnit=250]]",
        MailboxConfig.DEFAULT.toString());
  }

  @Test
  void relationsBetweenLimitsAreChecked() {
    MailboxConfig defaults = MailboxConfig.DEFAULT;
    refused("any message must fit a commit",
        () -> defaults.withBatches(new MailboxConfig.Batches(60_000, 10, Duration.ZERO)));
    refused("any message must fit a range",
        () -> defaults.withReads(new MailboxConfig.Reads(500, 60_000, 60_000, 500, 100, 62, 1)));
    refused("the next commits must be able to gather",
        () -> defaults.withQueues(new MailboxConfig.Queues(1, 1 << 20, 1, 300_000, 1, Duration.ofMillis(1))));
    refused("any message must be able to wait",
        () -> defaults.withQueues(new MailboxConfig.Queues(1, 60_000, 1, 1 << 20, 1, Duration.ofMillis(1))));
    refused("openMax >= openPerConversationMax",
        () -> new MailboxConfig.Queues(1, 1 << 20, 1, 1 << 20, 2, Duration.ofMillis(1)));
    refused("any range must get its turn", () -> new MailboxConfig.Reads(1, 2, 1, 1, 1, 1, 1));
    refused("membersMax <= 10000", () -> new MailboxConfig.Conversations(10_001, 1, 1, 1, 1));
    refused("rangeBytesMax <= 2 MiB", () -> new MailboxConfig.Reads(1, (2 << 20) + 1, 3 << 20, 1, 1, 1, 1));
    refused("devicesMax", () -> new MailboxConfig.Users(1_001, 1));
    refused("stripes", () -> new MailboxConfig(0, defaults.queues(), defaults.batches(), defaults.conversations(),
        defaults.reads(), defaults.users()));
  }

  private static void refused(String relation, Executable config) {
    String message = assertThrows(IllegalArgumentException.class, config).getMessage();
    assertTrue(message.contains(relation), message);
  }
}
