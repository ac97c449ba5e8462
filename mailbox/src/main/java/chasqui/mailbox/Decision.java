package chasqui.mailbox;

import chasqui.log.v1.Entry;
import chasqui.mailbox.v1.Refusal;
import java.util.List;

/// What the owner decides about an append, on the tip of the conversation. Deciding changes nothing.
sealed interface Decision {

  record Refused(Refusal refusal) implements Decision {}

  /// @param entry the body of the entry to come; sender, `seq` and stamp are still to be set
  /// @param roster what it changes in the roster; null if nothing
  /// @param title the new title; null if it stays
  /// @param pins what is pinned now; null if that stays
  /// @param emptied earlier entries whose content it takes, as they are to be stored
  record Accepted(Entry.Builder entry, RosterChange roster, String title, List<Long> pins, List<Entry> emptied)
      implements Decision {
    Accepted(Entry.Builder entry) {
      this(entry, null, null, null, List.of());
    }

    Accepted(Entry.Builder entry, RosterChange roster, String title) {
      this(entry, roster, title, null, List.of());
    }

    Accepted(Entry.Builder entry, List<Long> pins) {
      this(entry, null, null, pins, List.of());
    }
  }
}
