package chasqui.testkit.history;

import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;

/// Writes a record as a flat row of strings and reads it back: numbers, strings, enums, nested records (in place) and
/// lists of records (their count, then each in place). New observations need no code of their own.
final class RecordFields {
  private final Constructor<?> constructor;
  private final List<Component> components = new ArrayList<>();

  private record Component(RecordComponent component, Shape shape) {}

  private sealed interface Shape {}

  private record Number() implements Shape {}

  private record Text() implements Shape {}

  private record Choice(Object[] constants) implements Shape {}

  private record Nested(RecordFields fields) implements Shape {}

  private record Rows(RecordFields fields) implements Shape {}

  RecordFields(Class<?> type) {
    RecordComponent[] found = type.getRecordComponents();
    for (RecordComponent component : found) {
      component.getAccessor().setAccessible(true);
      components.add(new Component(component, shapeOf(component)));
    }
    try {
      Class<?>[] types = Arrays.stream(found).map(RecordComponent::getType).toArray(Class<?>[]::new);
      constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
    } catch (NoSuchMethodException e) {
      throw new IllegalArgumentException(type + " is not a record", e);
    }
  }

  private static Shape shapeOf(RecordComponent component) {
    Class<?> type = component.getType();
    if (type == long.class) {
      return new Number();
    }
    if (type == String.class) {
      return new Text();
    }
    if (type.isEnum()) {
      return new Choice(type.getEnumConstants());
    }
    if (type.isRecord()) {
      return new Nested(new RecordFields(type));
    }
    if (type == List.class) {
      Type element = ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
      return new Rows(new RecordFields((Class<?>) element));
    }
    throw new IllegalArgumentException("an observation cannot hold a " + type + ": " + component);
  }

  void write(Object value, Consumer<String> out) {
    for (Component component : components) {
      writeOne(component.shape(), valueOf(component, value), out);
    }
  }

  private static void writeOne(Shape shape, Object field, Consumer<String> out) {
    switch (shape) {
      case Number() -> out.accept(field.toString());
      case Text() -> out.accept((String) field);
      case Choice(Object[] _) -> out.accept(((Enum<?>) field).name());
      case Nested(RecordFields fields) -> fields.write(field, out);
      case Rows(RecordFields fields) -> {
        List<?> rows = (List<?>) field;
        out.accept(Integer.toString(rows.size()));
        rows.forEach(row -> fields.write(row, out));
      }
    }
  }

  Object read(Queue<String> in) {
    Object[] arguments = new Object[components.size()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = readOne(components.get(i).shape(), in);
    }
    try {
      return constructor.newInstance(arguments);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("cannot make " + constructor, e);
    }
  }

  private static Object readOne(Shape shape, Queue<String> in) {
    return switch (shape) {
      case Number() -> Long.parseLong(in.remove());
      case Text() -> in.remove();
      case Choice(Object[] constants) -> named(constants, in.remove());
      case Nested(RecordFields fields) -> fields.read(in);
      case Rows(RecordFields fields) -> {
        int count = Integer.parseInt(in.remove());
        List<Object> rows = new ArrayList<>(Math.min(count, 1024));
        for (int i = 0; i < count; i++) {
          rows.add(fields.read(in));
        }
        yield rows;
      }
    };
  }

  private static Object named(Object[] constants, String name) {
    for (Object constant : constants) {
      if (((Enum<?>) constant).name().equals(name)) {
        return constant;
      }
    }
    throw new IllegalArgumentException("no such constant: " + name);
  }

  private static Object valueOf(Component component, Object value) {
    try {
      return component.component().getAccessor().invoke(value);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("cannot read " + component.component(), e);
    }
  }
}
