/// An edge vouches for the users in whose name it asks: it presents their own tokens, and whom it asks checks them
/// (ADR 0027).
///
/// ```
/// edge's links → VouchingCalls (adds tokens from the Wallet) ⇄ TLS ⇄ VouchCheck (lets through what is vouched for) → roles
/// ```
///
/// Between the links and the wire, so that no role knows of it: roles of one process are one program, and reach each other
/// without all this.
package chasqui.node.vouch;
