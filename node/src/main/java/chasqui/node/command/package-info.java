/// What the command line of a node does beside serving.
package chasqui.node.command;
