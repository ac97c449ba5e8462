/// What a node needs of its machine, checked one by one, each with one sentence how to mend it.
package chasqui.node.doctor;
