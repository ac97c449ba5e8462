/// Where the rows are fought: a node, its log, and honest neighbours who must notice nothing.
package chasqui.drills.faults.ground;
