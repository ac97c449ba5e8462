/// What conversations are, said as simply as it can be, and random people whose every step a whole mesh and the model
/// both take: what each device shows has to be what the model says.
package chasqui.drills.sim.model;
