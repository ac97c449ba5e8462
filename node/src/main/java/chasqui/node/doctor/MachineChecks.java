package chasqui.node.doctor;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The machine and its Java.
final class MachineChecks {

  private static final int FEATURE = 25;
  private static final long FILES_WANTED = 4096;
  private static final Instant BUILT_AFTER = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant SANE_BEFORE = Instant.parse("2100-01-01T00:00:00Z");
  private static final List<String> FLAGS = List.of("--enable-native-access=", "--sun-misc-unsafe-memory-access=allow");
  private static final Pattern OPEN_FILES = Pattern.compile("(?m)^Max open files\\s+(\\S+)");

  private MachineChecks() {}

  static Finding java() {
    int feature = Runtime.version().feature();
    return feature >= FEATURE
        ? Finding.ok("java", "Java " + Runtime.version())
        : Finding.fail("java", "Java " + feature + ": install a JDK 25 and start with it");
  }

  static Finding flags() {
    List<String> given = ManagementFactory.getRuntimeMXBean().getInputArguments();
    List<String> missing = FLAGS.stream().filter(flag -> given.stream().noneMatch(arg -> arg.startsWith(flag))).toList();
    return missing.isEmpty()
        ? Finding.ok("jvm flags", "native access and Unsafe are allowed")
        : Finding.warn("jvm flags", "start with " + String.join(" ", missing) + ": without, Netty is slower and Java warns");
  }

  static Finding clock(Instant now) {
    return now.isAfter(BUILT_AFTER) && now.isBefore(SANE_BEFORE)
        ? Finding.ok("clock", "it is " + now)
        : Finding.fail("clock", "it is " + now + " by this machine: set the clock, or every token is expired or not yet valid");
  }

  static Finding openFiles(Path limits) {
    try {
      Matcher matcher = OPEN_FILES.matcher(Files.readString(limits));
      if (!matcher.find()) {
        return Finding.warn("open files", limits + " does not tell the limit");
      }
      boolean enough = matcher.group(1).equals("unlimited") || Long.parseLong(matcher.group(1)) >= FILES_WANTED;
      return enough
          ? Finding.ok("open files", "at most " + matcher.group(1))
          : Finding.warn("open files", "at most " + matcher.group(1) + ", each client takes one: raise it with ulimit -n");
    } catch (IOException absent) {
      return Finding.ok("open files", "this system does not tell the limit");
    }
  }
}
