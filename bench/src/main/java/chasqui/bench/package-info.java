/// Measures the whole path against a bare relay.
package chasqui.bench;
