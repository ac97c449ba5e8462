/// `./chasqui syncs`: the node's system calls show that no ack leaves before what it acks was synced.
package chasqui.drills.syncs;
