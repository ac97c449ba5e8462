package chasqui.mailbox.store;

import chasqui.store.v1.ConversationRow;
import chasqui.store.v1.MembershipRow;
import java.util.List;

/// A conversation as stored: its row and every membership interval, past ones included, ascending by join `seq`.
public record StoredConversation(ConversationRow row, List<MembershipRow> memberships) {}
