/// How nodes reach each other, and who may call what there.
///
/// ```
/// roles of this process ⇄ in-process, straight through
/// roles of other nodes  ⇄ TCP, with certificates both ways ⇄ roles of this process
/// ```
///
/// The same services and the same links go over both.
package chasqui.node.transport;
