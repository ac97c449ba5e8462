package chasqui.discovery.etcd;

import chasqui.discovery.NodeRecord;

/// A node record as etcd has it.
///
/// @param lease what it stands under; 0 for none
record Stored(NodeRecord record, long lease) {}
