/// What every drill with real processes needs: a node to kill, devices that write down what they do and see.
package chasqui.drills.fleet;
