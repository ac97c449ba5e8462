/// What a client keeps on disk: one folder with one append-only file.
///
/// `state.log` begins with 8 bytes `CHQSTAT1`; then records, each `length (4) · CRC-32C (4) · kind (1) · payload`, big-endian;
/// the length counts kind and payload, the checksum covers them. Kinds: 1 queued (an encoded `chasqui.edge.v1.Send`),
/// 2 answered (the `client_message_id`), 3 connecting (connect number, 8 bytes), 4 reached (an encoded
/// `chasqui.edge.v1.Position`), 5 counter (8 bytes, written when the file is compacted). Only the one process that holds `lock`
/// writes. A damaged end is cut off at start and kept aside as `state.log.damaged`.
package chasqui.client.store;
