/// What Envoy needs of us: its bootstrap configuration, rendered from the templates in `envoy/bootstrap`, and the list of
/// edges, kept up to date from the membership (ADR 0025).
package chasqui.envoy;
