package chasqui.drills.syncs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The audit on traces as strace writes them.
class SyncAuditTest {

  private static final String ID = "000000000000000a0102030405060708090a0b0c";
  private static final String BYTES = ID.replaceAll("(..)", "\\\\x$1");
  // As strace writes it with -xx: the file's name in hexadecimal.
  private static final String LOG = hex("data/000004.log");
  private static final String WRITE = "7 write(20<" + LOG + ">, \"\\x07\\x2a\\x14" + BYTES + "\\x99\", 24) = 24";
  private static final String SYNC = "7 fdatasync(20<" + LOG + ">) = 0";
  private static final String ACK = "8 writev(31<TCP:[127.0.0.1:7411->127.0.0.1:40000]>, "
      + "[{iov_base=\"\\x00\", iov_len=1}, {iov_base=\"\\x12\\x14" + BYTES + "\\x18\\x01\", iov_len=24}], 2) = 25";

  @Test
  void anAckAfterItsSyncIsLawful() {
    assertEquals(new SyncAudit.Result(1, 1, 0, 0), audit(WRITE, SYNC, ACK));
  }

  @Test
  void anAckBeforeItsSyncIsFound() {
    assertEquals(new SyncAudit.Result(1, 1, 1, 0), audit(WRITE, ACK, SYNC));
  }

  @Test
  void aSyncThatBeganBeforeTheWriteEndedDoesNotCount() {
    assertEquals(
        new SyncAudit.Result(1, 1, 1, 0),
        audit("9 fdatasync(20<" + LOG + "> <unfinished ...>", WRITE, "9 <... fdatasync resumed>) = 0", ACK));
  }

  @Test
  void anAckDuringTheSyncIsFound() {
    assertEquals(
        new SyncAudit.Result(1, 1, 1, 0),
        audit(WRITE, "9 fdatasync(20<" + LOG + "> <unfinished ...>", ACK, "9 <... fdatasync resumed>) = 0"));
  }

  @Test
  void aSyncOfAnotherFileDoesNotCount() {
    assertEquals(
        new SyncAudit.Result(1, 1, 1, 0), audit(WRITE, "7 fdatasync(21<data/000005.log>) = 0", ACK));
  }

  @Test
  void aFailedSyncDoesNotCount() {
    assertEquals(
        new SyncAudit.Result(1, 0, 1, 0),
        audit(WRITE, "7 fdatasync(20<" + LOG + ">) = -1 EIO (Input/output error)", ACK));
  }

  @Test
  void anAckThatIsNotOnTheWireIsCounted() {
    assertEquals(new SyncAudit.Result(0, 1, 0, 1), audit(WRITE, SYNC));
  }

  private static String hex(String name) {
    return name.chars().mapToObj("\\x%02x"::formatted).collect(Collectors.joining());
  }

  private static SyncAudit.Result audit(String... lines) {
    SyncAudit audit = new SyncAudit(Set.of(ID));
    StraceParser parser = new StraceParser(audit::accept);
    List.of(lines).forEach(parser::accept);
    return audit.result();
  }
}
