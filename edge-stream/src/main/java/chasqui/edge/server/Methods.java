package chasqui.edge.server;

import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import java.util.List;

/// Makes a service anew with other methods under the same names.
final class Methods {

  /// Makes one method anew.
  interface Change {
    <Q, R> ServerMethodDefinition<Q, R> of(ServerMethodDefinition<Q, R> method);
  }

  private Methods() {}

  /// The service with every method changed.
  static ServerServiceDefinition of(ServerServiceDefinition service, Change change) {
    ServiceDescriptor.Builder descriptor = ServiceDescriptor.newBuilder(service.getServiceDescriptor().getName())
        .setSchemaDescriptor(service.getServiceDescriptor().getSchemaDescriptor());
    List<ServerMethodDefinition<?, ?>> methods = service.getMethods().stream()
        .<ServerMethodDefinition<?, ?>>map(method -> change.of(method)).toList();
    methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
    ServerServiceDefinition.Builder changed = ServerServiceDefinition.builder(descriptor.build());
    methods.forEach(changed::addMethod);
    return changed.build();
  }

  /// The same method, its answers encoded by another marshaller.
  static <Q, R> ServerMethodDefinition<Q, R> answering(ServerMethodDefinition<Q, R> method, Marshaller<R> marshaller) {
    return ServerMethodDefinition.create(
        method.getMethodDescriptor().toBuilder(method.getMethodDescriptor().getRequestMarshaller(), marshaller).build(),
        method.getServerCallHandler());
  }
}
