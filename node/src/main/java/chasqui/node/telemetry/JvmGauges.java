package chasqui.node.telemetry;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/// What the process takes of the machine: heap, direct memory, resident memory, threads, open files.
///
/// NoUnboundedQueue is fed by these, beside the depth of every queue.
public final class JvmGauges {

  private static final AttributeKey<String> TYPE = AttributeKey.stringKey("type");
  private static final Path PROCESS_STATUS = Path.of("/proc/self/status");
  private static final Path PROCESS_FILES = Path.of("/proc/self/fd");

  private JvmGauges() {}

  /// Registers all of them.
  public static void register(Meter meter) {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    bytes(meter, "chasqui.memory.heap.used", "Heap in use, garbage not yet collected included", () -> memory.getHeapMemoryUsage().getUsed());
    bytes(meter, "chasqui.memory.heap.live", "Heap in use after the last collection", JvmGauges::heapAfterCollection);
    bytes(meter, "chasqui.memory.heap.max", "Heap at most", () -> memory.getHeapMemoryUsage().getMax());
    bytes(meter, "chasqui.memory.direct.used", "Direct buffers of the JDK and of Netty", JvmGauges::directMemory);
    bytes(meter, "chasqui.memory.netty.pooled", "Direct memory that Netty's pool holds, in use or not",
        () -> PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory());
    bytes(meter, "chasqui.memory.resident", "Resident memory of the process, native libraries included", JvmGauges::resident);
    gauge(meter, "chasqui.threads", "{thread}", "Live platform threads", () -> ManagementFactory.getThreadMXBean().getThreadCount());
    gauge(meter, "chasqui.files.open", "{file}", "Open file descriptors, sockets included", JvmGauges::openFiles);
    meter.counterBuilder("chasqui.gc.time").setUnit("ms").setDescription("Time spent collecting garbage")
        .buildWithCallback(measurement -> ManagementFactory.getGarbageCollectorMXBeans()
            .forEach(collector -> record(collector, measurement::record)));
  }

  /// Direct memory of the process: Netty counts its own apart where it allocates without cleaners.
  public static long directMemory() {
    long jdk = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
    return jdk + Math.max(0, PlatformDependent.usedDirectMemory());
  }

  private static long heapAfterCollection() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .map(java.lang.management.MemoryPoolMXBean::getCollectionUsage)
        .filter(usage -> usage != null)
        .mapToLong(MemoryUsage::getUsed)
        .sum();
  }

  /// 0 where the system does not tell.
  private static long resident() {
    try (Stream<String> lines = Files.lines(PROCESS_STATUS)) {
      return lines.filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException | java.io.UncheckedIOException unknown) {
      return 0;
    }
  }

  private static long openFiles() {
    try (Stream<Path> files = Files.list(PROCESS_FILES)) {
      return files.count();
    } catch (IOException | java.io.UncheckedIOException unknown) {
      return 0;
    }
  }

  private static void record(GarbageCollectorMXBean collector, java.util.function.BiConsumer<Long, Attributes> measurement) {
    measurement.accept(Math.max(0, collector.getCollectionTime()), Attributes.of(TYPE, collector.getName()));
  }

  private static void bytes(Meter meter, String name, String description, LongSupplier value) {
    gauge(meter, name, "By", description, value);
  }

  private static void gauge(Meter meter, String name, String unit, String description, LongSupplier value) {
    meter.gaugeBuilder(name).ofLongs().setUnit(unit).setDescription(description)
        .buildWithCallback(measurement -> measurement.record(value.getAsLong()));
  }
}
