/// `./chasqui mesh`: every role as a process of its own, on the engines that users will run.
package chasqui.drills.mesh;
