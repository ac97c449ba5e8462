/// What every test may use: checkers named after the promises, the simulator, a manual clock, a fault proxy.
package chasqui.testkit;
