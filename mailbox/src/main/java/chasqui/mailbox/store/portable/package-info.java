/// A data set as a file: what leaves one store and goes into another, whatever kinds they are. The format is told by
/// docs/export.md. Blocks; for commands, not for a node that serves.
package chasqui.mailbox.store.portable;
