/// The client stream: authentication, session state, flow control and drain.
package chasqui.edge;
