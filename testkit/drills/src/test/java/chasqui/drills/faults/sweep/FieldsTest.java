package chasqui.drills.faults.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import chasqui.drills.faults.wire.ClientApi;
import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The sweep finds what it is to try, and stumbles over what it does not know.
final class FieldsTest {

  private static final Own OWN = new Own("conversation", "peer", "newcomer", "device", ByteString.copyFromUtf8("repeat"));

  @Test
  void every_field_of_the_schema_that_could_be_an_id_has_a_kind() {
    List<FieldPath> paths = ClientApi.methods().stream()
        .filter(method -> !method.getServiceName().endsWith("LinkService"))
        .map(method -> ((ProtoMethodDescriptorSupplier) method.getSchemaDescriptor()).getMethodDescriptor().getInputType())
        .flatMap(root -> FieldPath.of(root).stream())
        .toList();
    assertTrue(paths.size() > 40, paths.toString());
    assertEquals(List.of(), paths.stream().filter(path -> FieldKind.of(path.leaf()).isEmpty()).toList());
  }

  @Test
  void a_new_id_is_found_wherever_it_stands_and_an_unknown_name_has_no_kind() throws Exception {
    List<FieldPath> paths = FieldPath.of(request());
    assertEquals(
        List.of("Request.conversation_id", "Request.inner.owner_user_ids", "Request.inner.thread_key"),
        paths.stream().map(FieldPath::toString).toList());
    assertEquals(
        List.of(Optional.of(FieldKind.CONVERSATION), Optional.of(FieldKind.USER), Optional.empty()),
        paths.stream().map(path -> FieldKind.of(path.leaf())).toList());
  }

  @Test
  void a_probe_is_in_order_but_for_the_field_that_it_tries() throws Exception {
    Descriptor root = request();
    FieldPath keys = FieldPath.of(root).get(1);
    DynamicMessage probe = DynamicMessage.parseFrom(root, new Probe(keys, OWN, "victim").bytes());
    assertEquals("conversation", probe.getField(root.findFieldByName("conversation_id")));
    DynamicMessage inner = (DynamicMessage) probe.getField(root.findFieldByName("inner"));
    assertEquals(List.of("victim"), inner.getField(keys.leaf()));
  }

  @Test
  void times_that_differ_are_told_apart_and_equal_ones_are_not() {
    assertEquals(0.5, Timing.areaUnderCurve(new long[] {1, 2, 3}, new long[] {1, 2, 3}));
    assertEquals(1.0, Timing.areaUnderCurve(new long[] {5, 6}, new long[] {1, 2, 3}));
    assertEquals(0.0, Timing.areaUnderCurve(new long[] {1, 2}, new long[] {3, 4}));
    assertEquals(0.625, Timing.areaUnderCurve(new long[] {2, 3}, new long[] {1, 3}));
  }

  private static Descriptor request() throws DescriptorValidationException {
    FileDescriptorProto file = FileDescriptorProto.newBuilder().setName("new.proto").setSyntax("proto3")
        .addMessageType(DescriptorProto.newBuilder().setName("Request")
            .addField(field("conversation_id", 1, Type.TYPE_STRING, Label.LABEL_OPTIONAL))
            .addField(field("inner", 2, Type.TYPE_MESSAGE, Label.LABEL_OPTIONAL).setTypeName("Inner"))
            .addField(field("count", 3, Type.TYPE_UINT32, Label.LABEL_OPTIONAL)))
        .addMessageType(DescriptorProto.newBuilder().setName("Inner")
            .addField(field("owner_user_ids", 1, Type.TYPE_STRING, Label.LABEL_REPEATED))
            .addField(field("thread_key", 2, Type.TYPE_BYTES, Label.LABEL_OPTIONAL))
            .addField(field("again", 3, Type.TYPE_MESSAGE, Label.LABEL_OPTIONAL).setTypeName("Request")))
        .build();
    return FileDescriptor.buildFrom(file, new FileDescriptor[0]).findMessageTypeByName("Request");
  }

  private static FieldDescriptorProto.Builder field(String name, int number, Type type, Label label) {
    return FieldDescriptorProto.newBuilder().setName(name).setNumber(number).setType(type).setLabel(label);
  }
}
