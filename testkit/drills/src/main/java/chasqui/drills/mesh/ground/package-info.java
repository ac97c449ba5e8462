/// What rows on a mesh share: the processes, the crowd, and how a fault is begun, ended and judged.
package chasqui.drills.mesh.ground;
