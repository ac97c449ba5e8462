/// A mailbox store on a simulated disk: what was synced survives a crash, what was not is kept or lost as a whole, by
/// lot; reads and writes take simulated time, fail, find no room, or end without anybody knowing how.
package chasqui.drills.sim.store;
