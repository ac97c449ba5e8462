/// The membership of many processes: node records in etcd, each under a lease that ends with its node.
package chasqui.discovery.etcd;
