/// The one factory of gRPC statuses, each with its `ErrorInfo`.
package chasqui.status;
