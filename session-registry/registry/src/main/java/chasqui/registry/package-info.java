/// Holds, per user slot and in memory only, which device is connected to which edge.
package chasqui.registry;
