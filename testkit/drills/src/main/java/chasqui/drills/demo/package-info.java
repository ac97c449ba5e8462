/// `./chasqui demo`: the main job, watched by a newcomer.
package chasqui.drills.demo;
