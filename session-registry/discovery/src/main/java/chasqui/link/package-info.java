/// Long-lived streams between nodes that carry batches of frames and are metered by `isReady` and credits.
package chasqui.link;
