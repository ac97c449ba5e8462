package chasqui.mailbox.store.cql;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.DefaultConsistencyLevel;

/// What a request is: how many replicas have to answer, and what a failure means. All levels are those of the one data
/// centre that all mailbox nodes name.
enum Kind {
  /// Two of three replicas answer: at least one of them has every write that two have acknowledged.
  READ(DefaultConsistencyLevel.LOCAL_QUORUM),
  /// Two of three replicas have it. Its timestamp comes from its content, so it may be done again.
  WRITE(DefaultConsistencyLevel.LOCAL_QUORUM),
  /// Decided by Paxos, and known to two of three replicas before it is acknowledged. Never done again unasked.
  CONDITIONAL(DefaultConsistencyLevel.LOCAL_QUORUM),
  /// Sees every conditional write that was answered; finishes one that was left half done.
  SERIAL_READ(DefaultConsistencyLevel.LOCAL_SERIAL),
  /// Who serves a slot: a plain read of what Paxos decided. Sees every conditional write that was answered, since those are
  /// known to two of three replicas by then.
  OWNER_READ(DefaultConsistencyLevel.LOCAL_QUORUM),
  /// Who serves a slot, after a change without an answer.
  OWNER_SERIAL_READ(DefaultConsistencyLevel.LOCAL_SERIAL);

  private final ConsistencyLevel level;

  Kind(ConsistencyLevel level) {
    this.level = level;
  }

  ConsistencyLevel level() {
    return level;
  }

  boolean isWrite() {
    return this == WRITE || this == CONDITIONAL;
  }
}
