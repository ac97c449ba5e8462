package chasqui.edge.session;

import build.buf.protovalidate.Config;
import build.buf.protovalidate.ValidationResult;
import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.Violation;
import build.buf.protovalidate.exceptions.ValidationException;
import build.buf.validate.FieldPathElement;
import chasqui.edge.v1.ClientFrame;
import com.google.protobuf.Message;
import java.util.StringJoiner;

/// Checks messages against the rules of the schema, with the schema's own validator. Thread-safe; dear to build.
public final class SchemaCheck implements FrameCheck {

  private final Validator validator =
      ValidatorFactory.newBuilder().withConfig(Config.newBuilder().setFailFast(true).setEnableNativeRules(true).build()).build();

  @Override
  public String violation(ClientFrame frame) {
    return violationOf(frame);
  }

  /// What is wrong with a message: the field's path, a colon, and what was expected; null if nothing is.
  public String violationOf(Message message) {
    try {
      ValidationResult result = validator.validate(message);
      return result.isSuccess() ? null : describe(result.getViolations().getFirst());
    } catch (ValidationException bug) {
      throw new IllegalStateException("the schema's rules do not fit " + message.getDescriptorForType().getFullName(), bug);
    }
  }

  private static String describe(Violation violation) {
    StringJoiner path = new StringJoiner(".");
    for (FieldPathElement element : violation.toProto().getField().getElementsList()) {
      path.add(element.getFieldName());
    }
    return path + ": " + violation.toProto().getMessage();
  }
}
