/// Reads the configuration, wires the roles and runs them: the only place that knows all of them.
package chasqui.node;
