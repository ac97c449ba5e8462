/// Many users with the real SDK who talk at a steady rate: the load under which faults are judged.
package chasqui.drills.mesh.crowd;
