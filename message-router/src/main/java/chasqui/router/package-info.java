/// Carries a committed entry to the edges of its members, with a routing cache that is corrected and never trusted.
package chasqui.router;
