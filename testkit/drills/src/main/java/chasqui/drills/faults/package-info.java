/// `./chasqui faults`: the faults and attacks that we must survive, row by row, each against a node in a process of its own.
package chasqui.drills.faults;
