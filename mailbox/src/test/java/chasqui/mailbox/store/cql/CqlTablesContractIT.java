package chasqui.mailbox.store.cql;

import chasqui.mailbox.store.StoreFixture;
import chasqui.mailbox.store.shared.CommitTableContract;
import chasqui.mailbox.store.shared.CustodyTableContract;
import chasqui.mailbox.store.shared.FencedUserStoreContract;
import chasqui.mailbox.store.shared.IncarnationTableContract;
import chasqui.mailbox.store.shared.JournalTableContract;
import chasqui.mailbox.store.shared.SharedTables;
import java.time.InstantSource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;

/// The contracts of shared tables, kept over CQL on a real server.
@ExtendWith(CqlExtension.class)
class CqlTablesContractIT {

  private static SharedTables fresh(InstantSource clock) throws Exception {
    return CqlExtension.open(CqlExtension.emptyConfig(), StoreFixture.SLOTS, clock);
  }

  @Nested
  class Journal extends JournalTableContract {
    @Override
    protected SharedTables open(InstantSource clock) throws Exception {
      return fresh(clock);
    }
  }

  @Nested
  class Custody extends CustodyTableContract {
    @Override
    protected SharedTables open(InstantSource clock) throws Exception {
      return fresh(clock);
    }
  }

  @Nested
  class Incarnations extends IncarnationTableContract {
    @Override
    protected SharedTables open(InstantSource clock) throws Exception {
      return fresh(clock);
    }
  }

  @Nested
  class Commits extends CommitTableContract {
    @Override
    protected SharedTables open(InstantSource clock) throws Exception {
      return fresh(clock);
    }
  }

  @Nested
  class Users extends FencedUserStoreContract {
    @Override
    protected SharedTables open(InstantSource clock) throws Exception {
      return fresh(clock);
    }
  }
}
