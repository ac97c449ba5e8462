/// Clients that may do what no honest client does: bytes instead of frames, calls by name, forged tokens.
package chasqui.drills.faults.wire;
