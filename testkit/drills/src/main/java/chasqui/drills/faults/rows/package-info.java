/// The rows, one class each.
package chasqui.drills.faults.rows;
