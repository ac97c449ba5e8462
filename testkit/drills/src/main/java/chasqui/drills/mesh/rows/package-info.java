/// The rows of the table of faults that need a mesh of processes.
package chasqui.drills.mesh.rows;
