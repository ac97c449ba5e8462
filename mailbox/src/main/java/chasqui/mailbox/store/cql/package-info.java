/// The tables of {@link chasqui.mailbox.store.shared} over CQL: for ScyllaDB, and for what Cassandra shares with it. They are:
///
/// | table | partition; clustering | what | timestamp | written by | deleted by |
/// |---|---|---|---|---|---|
/// | `data_set` | name | schema of the tables, data centre, `DataSetRow` | Paxos | creation, migration, import; conditional | nobody; an import's own row its end |
/// | `journal` | incarnation, stripe, number / 256; number | `JournalRow` | Paxos | commit, seal; conditional | `deletePart`, `deleteUpto`: a partition or its first rows, the server's time |
/// | `journal_mark` | incarnation, stripe | `applied`, `deleted`, a cell each | its value | owner, sealer | nobody |
/// | `incarnation` | `all`; incarnation | `IncarnationRow` | 1, once replayed 2 | start; replay | TTL, 7 days after the replay |
/// | `slot_owner` | slot | incarnation, epoch | Paxos | custody; conditional | nobody |
/// | `log` | conversation, seq / 1,024; seq, newest first | `Entry` | its stamp; emptied: that of the commit | commit | nobody |
/// | `change` | conversation, seq of the message / 256; that seq, seq of the change | the change without content | its stamp | commit | nobody |
/// | `change_bucket` | conversation; bucket | which partitions of `change` hold any | stamp of the change | commit | nobody |
/// | `conversation` | conversation | `ConversationRow` | stamp of the commit | commit | nobody |
/// | `membership` | conversation; user, join seq | `MembershipRow` | stamp of the commit | commit | nobody |
/// | `counter` | conversation; user, device | highest counter | stamp of the commit | commit | nobody |
/// | `id` | conversation, user, device, counted, bucket; id | seq | stamp of the commit | commit | nobody |
/// | `joined` | user; stamp of the join entry, conversation | join seq | that stamp | commit | nobody |
/// | `mark` | user, day; conversation | nothing more | stamp of the commit | commit | TTL, the end of the 40th day after |
/// | `lasting_mark` | user; period, newest first, conversation | nothing more | stamp of the commit | commit | nobody |
/// | `cursor` | user, device; conversation | generation, acked | generation · 2⁴⁰ + acked | save | nobody |
/// | `watermark` | conversation; user | `delivered`, `read`, a blob each | generation · 2⁴⁰ + seq, each its own | save | nobody |
/// | `device` | user; device | `DeviceRow` | the writer's order | save | removal, at its order |
/// | `user` | user | `UserRow` | the writer's order | save | nobody |
///
/// *Consistency* ({@link chasqui.mailbox.store.cql.Kind}). Plain writes and reads: `LOCAL_QUORUM`. Conditional writes:
/// `LOCAL_SERIAL`, learned at `LOCAL_QUORUM`. Reads of `journal` and `data_set`: `LOCAL_SERIAL`, so they see every
/// conditional write that was answered, and settle what was left half done. Reads of `slot_owner`: `LOCAL_QUORUM`, which see what
/// was answered too; `LOCAL_SERIAL` only after a change without an answer. All are of one data centre, the one that `data_set` names.
///
/// *One way of writing a cell.* What Paxos writes nobody writes plainly, and the other way round. The deletion of what is
/// applied of a journal is the exception: it is plain, and comes ten minutes after the rows were written.
///
/// *Imports* ({@link chasqui.mailbox.store.cql.PortableWrites}) write the rows of an export as plain writes into tables that nobody used before:
/// with the timestamp that the row tells, or 1.
///
/// *Timestamps* come from what is written, so late, repeated and reordered writes change nothing; no clock of a node
/// decides what stands. Within one commit a cell is written once.
///
/// *Partitions* that would grow for ever are cut into buckets ({@link chasqui.mailbox.store.cql.Buckets}). What grows with the
/// members of a conversation (`membership`, `counter`, `watermark`) and with the conversations of a user (`joined`,
/// `lasting_mark`: some 60 bytes each a month) is not.
///
/// *Failures* ({@link chasqui.mailbox.store.cql.Failures}). Nothing is tried again here, by the driver neither. A plain request that
/// certainly reached no replica is `BUSY`; of anything else that failed nothing is known.
///
/// *Bounds.* So many requests of a kind are under way, so many wait, the next is `BUSY`
/// ({@link chasqui.mailbox.store.cql.Lane}); each ends by its deadline ({@link chasqui.mailbox.store.cql.Requests}).
package chasqui.mailbox.store.cql;
