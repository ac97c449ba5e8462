/// The operators' port: health, readiness, metrics, configuration and status. No bodies, no tokens.
package chasqui.node.ops;
