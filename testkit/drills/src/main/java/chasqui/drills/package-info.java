/// Proofs on the whole system: the demo, the simulated node, the crash loop and the trace of its syncs.
package chasqui.drills;
