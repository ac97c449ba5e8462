/// A mesh of real processes on this machine: which there are, their start and end, their logs.
package chasqui.drills.mesh.process;
