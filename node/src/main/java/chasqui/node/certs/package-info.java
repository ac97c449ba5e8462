/// Certificates for the nodes of one machine, made by the JDK's own keytool. Whoever runs more than that has an issuer.
package chasqui.node.certs;
