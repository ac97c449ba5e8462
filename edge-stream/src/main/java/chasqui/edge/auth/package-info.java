/// Who speaks: signed tokens, the keys that verify them, and the development keys made on first start.
///
/// A token is a JWT signed with Ed25519 or ES256. Which algorithm is right is a property of the key, never of the token.
package chasqui.edge.auth;
