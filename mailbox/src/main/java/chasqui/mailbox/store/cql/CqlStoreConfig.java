package chasqui.mailbox.store.cql;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// How a shared store is opened over CQL.
///
/// @param contactPoints HOST:PORT, at least one; the others of the data centre are found through them
/// @param datacenter the one whose replicas answer. All mailbox nodes of a data set name the same: quorums and conditional
///     writes are of this data centre
/// @param keyspace lower case letters, digits and underscores; made if it is absent
/// @param replication the CQL map that the keyspace is made with; empty: three replicas in the data centre
/// @param ddlSuffix ends the statement that makes the keyspace, such as `AND tablets = {'enabled': false}`; may be empty
/// @param requestTimeout after which a request has no answer; above the server's own (2 s for writes), so that it is the
///     server that says what it did
/// @param login if the server asks for one
/// @param limits bounds of what is under way and of what waits
public record CqlStoreConfig(
    List<String> contactPoints,
    String datacenter,
    String keyspace,
    String replication,
    String ddlSuffix,
    Duration requestTimeout,
    Optional<Login> login,
    Limits limits) {

  public static final Duration REQUEST_TIMEOUT_DEFAULT = Duration.ofSeconds(4);

  private static final Pattern CONTACT_POINT = Pattern.compile("(\\[[0-9a-fA-F:]+]|[^:\\s]+):[0-9]{1,5}");
  private static final Pattern DATACENTER = Pattern.compile("[A-Za-z0-9_.-]{1,128}");
  private static final Pattern KEYSPACE = Pattern.compile("[a-z][a-z0-9_]{0,47}");
  private static final Pattern MAP = Pattern.compile("\\{[^;{}]*}");
  private static final Pattern SUFFIX = Pattern.compile("(AND [^;]*)?");

  /// A user of the server and the password.
  public record Login(String user, String password) {
    @Override
    public String toString() {
      return "Login[user=" + user + "]";
    }
  }

  /// Requests under way at a time, and how many more may wait for their turn; beyond, the answer is `BUSY`. Rows of commits
  /// are asked for a window at a time, so that one large group does not take all the room.
  ///
  /// @param readsMax reads under way
  /// @param writesMax plain writes under way
  /// @param conditionalMax conditional writes, and the reads of journals that see every one of them, under way
  /// @param waitingMax of each of these, and of reads of who serves a slot, requests that wait
  /// @param commitWindow requests of one commit under way or waiting
  public record Limits(int readsMax, int writesMax, int conditionalMax, int waitingMax, int commitWindow) {
    public static final Limits DEFAULT = new Limits(1_024, 1_024, 256, 16_384, 128);

    /// Reads of who serves a slot, under way.
    static final int OWNERS_MAX = 64;

    public Limits {
      need(readsMax >= 1 && writesMax >= 1 && conditionalMax >= 1 && commitWindow >= 1, "limits", "at least 1 each");
      need(waitingMax >= 0, "waitingMax", "not negative");
    }

    int underWayMax() {
      return readsMax + writesMax + conditionalMax + OWNERS_MAX;
    }
  }

  public CqlStoreConfig {
    contactPoints = List.copyOf(contactPoints);
    boolean named = !contactPoints.isEmpty() && contactPoints.stream().allMatch(p -> CONTACT_POINT.matcher(p).matches());
    need(named, "contactPoints", "HOST:PORT, at least one");
    need(DATACENTER.matcher(datacenter).matches(), "datacenter", "letters, digits, '_', '.' and '-'");
    need(KEYSPACE.matcher(keyspace).matches(), "keyspace", "a-z, 0-9 and '_', at most 48, a letter first");
    need(replication.isEmpty() || MAP.matcher(replication).matches(), "replication", "a CQL map, or nothing");
    need(SUFFIX.matcher(ddlSuffix).matches(), "ddlSuffix", "AND …, or nothing");
    need(requestTimeout.compareTo(Duration.ofMillis(100)) >= 0, "requestTimeout", "at least 100 ms");
  }

  public static CqlStoreConfig defaults(List<String> contactPoints, String datacenter, String keyspace) {
    return new CqlStoreConfig(
        contactPoints, datacenter, keyspace, "", "", REQUEST_TIMEOUT_DEFAULT, Optional.empty(), Limits.DEFAULT);
  }

  public CqlStoreConfig withReplication(String map, String suffix) {
    return new CqlStoreConfig(contactPoints, datacenter, keyspace, map, suffix, requestTimeout, login, limits);
  }

  public CqlStoreConfig withRequestTimeout(Duration timeout) {
    return new CqlStoreConfig(contactPoints, datacenter, keyspace, replication, ddlSuffix, timeout, login, limits);
  }

  public CqlStoreConfig withLogin(Login as) {
    return new CqlStoreConfig(
        contactPoints, datacenter, keyspace, replication, ddlSuffix, requestTimeout, Optional.of(as), limits);
  }

  public CqlStoreConfig withLimits(Limits other) {
    return new CqlStoreConfig(contactPoints, datacenter, keyspace, replication, ddlSuffix, requestTimeout, login, other);
  }

  String replicationMap() {
    return replication.isEmpty() ? "{'class': 'NetworkTopologyStrategy', '" + datacenter + "': 3}" : replication;
  }

  private static void need(boolean holds, String name, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": expected " + expected);
    }
  }
}
