/// A real CQL server for tests: Apache Cassandra in JVMs of its own, or whatever server the environment names.
package chasqui.testkit.cassandra;
