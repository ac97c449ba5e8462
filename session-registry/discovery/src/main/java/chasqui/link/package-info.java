/// Long-lived streams between nodes: batched, metered, bounded.
package chasqui.link;
