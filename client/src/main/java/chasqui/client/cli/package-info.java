/// The command line client, for people and for scripts.
package chasqui.client.cli;
