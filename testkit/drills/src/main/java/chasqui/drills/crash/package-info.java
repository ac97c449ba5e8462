/// `./chasqui crash`: the node is killed again and again under load, and every promise is checked.
package chasqui.drills.crash;
