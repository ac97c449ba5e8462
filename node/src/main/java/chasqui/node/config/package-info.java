/// Typed configuration: records of the components, bound from defaults, one file and the environment.
package chasqui.node.config;
