/// The mailbox in one RocksDB database, for a node that keeps its data itself. The rows are:
///
/// | column family | key | value | written by | deleted by |
/// |---|---|---|---|---|
/// | `default` | `data-set` | `DataSetRow` | creation, once | nobody |
/// | `log` | conversation, inverted seq | `Entry` | commit | nobody |
/// | `change` | conversation, seq of the message (8 bytes), seq of the change (8 bytes) | the change without content | commit | nobody |
/// | `conversation` | conversation | `ConversationRow` | commit, overwritten | nobody |
/// | `membership` | conversation, user, join seq | `MembershipRow` | commit, overwritten | nobody |
/// | `counter` | conversation, user, device | highest counter, 8 bytes | commit, overwritten | nobody |
/// | `id` | conversation, user, device, counted (1 byte), client message id | seq, 8 bytes | commit | nobody |
/// | `joined` | user, stamp of the join entry (8 bytes), conversation | join seq, 8 bytes | commit | nobody |
/// | `mark` | day (4 bytes), user, conversation | empty | commit | upkeep, 40 days after the day |
/// | `lasting_mark` | user, inverted period (4 bytes), conversation | empty | commit | nobody |
/// | `cursor` | user, device, conversation | generation and acked, 8 bytes each | save, merged to the larger | nobody |
/// | `watermark` | conversation, user, `d` | generation and seq of what was received, 8 bytes each | save, merged to the larger | nobody |
/// | `watermark` | conversation, user, `r` | generation, seq, join seq, messages and mentions of what was read, 8 bytes each | save, merged to the larger | nobody |
/// | `user` | user | `UserRow` | save, overwritten | nobody |
/// | `user` | user, `d`, device | `DeviceRow` | save, overwritten | nobody |
///
/// Numbers are big-endian. A name is preceded by its length in one byte unless it ends the key, so rows sort by what ends
/// their key. The inverted seq is 2⁶³ − 1 − seq, the inverted period 2³¹ − 1 − period: newest first.
///
/// *Timestamps.* No row has a timestamp of the store's own. Stamps and generations are values, fixed by the committer of
/// an entry. Rows of a conversation are overwritten without a comparison because commits of a conversation come one after
/// the other. Cursors and watermarks come in any order and are merged by value.
///
/// *Marks* are keyed by day first. What expired is then one range, whose files are dropped as a whole, and today's writes
/// stay together. It costs a read one seek for each day in its range, at most 42. With the user first, a read would be
/// one seek, and expiry a walk over all users.
///
/// *Lasting marks* are written once a period of 30 days, beside the mark of the day. They are keyed by user first: nothing
/// expires, and a user's conversations are read on from period to period without a seek.
///
/// *Joinings* have a row for each interval, so that a commit does not read; a reader passes over all but the first.
///
/// *Memory.* Write buffers, indexes and filters are charged to the block cache, so native memory stays near
/// `Memory.cacheBytes`; write buffers that wait for a flush may exceed it for a moment by at most
/// `Memory.writeBufferBytes`.
///
/// *Writing.* One thread writes ({@link Committer}): what waits becomes one write batch with one sync, and is told of
/// after it. Before each group the free space is compared with a reserve. Errors: no room means that the outcome is
/// unknown and the database is opened again from what the disk holds ({@link Reopening}); any other error is
/// fatal ({@link Health}).
package chasqui.mailbox.store.embedded;
