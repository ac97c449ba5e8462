/// How much each caller may do: token buckets of devices and users, kept by each edge in memory, shared by streams and
/// unary calls, charged by what a send causes. What they refuse is `RATE_LIMITED` with the time to wait, and reaches no
/// router. Budgets of conversations are their owner's.
package chasqui.edge.budget;
