package chasqui.node.config;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Durations on the command line look as they do in the file.
public final class Durations implements ITypeConverter<Duration> {

  @Override
  public Duration convert(String text) {
    try {
      return Values.duration(text);
    } catch (IllegalArgumentException bad) {
      throw new TypeConversionException("expected " + bad.getMessage() + ", got `" + text + "`");
    }
  }
}
