/// A real etcd for tests.
package chasqui.testkit.etcd;
