/// A real Envoy for tests and drills.
package chasqui.testkit.envoy;
