/// Programs to begin from.
package chasqui.client.sample;
