/// A mailbox store in memory, for tests and for the simulator: the same contract as the durable ones, with every
/// completion under the control of a {@link chasqui.mailbox.memory.StoreScheduler}.
package chasqui.mailbox.memory;
