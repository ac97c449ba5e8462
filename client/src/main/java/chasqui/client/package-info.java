/// The native client: a durable outbox, reconnects, and every entry shown once and in order.
package chasqui.client;
