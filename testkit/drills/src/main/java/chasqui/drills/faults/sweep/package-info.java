/// The id sweep: every id field of every RPC and frame, found in the schema, tried with other people's ids.
package chasqui.drills.faults.sweep;
