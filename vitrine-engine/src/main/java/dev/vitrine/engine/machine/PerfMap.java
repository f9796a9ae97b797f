package dev.vitrine.engine.machine;

import dev.vitrine.graph.VitrineException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * Tells Linux's {@code perf} what generated code is called: a line for each function in {@code
 * /tmp/perf-PID.map}, which holds its address, its length and its name. Off unless the system
 * property {@value #PROPERTY} is {@code true} when code is loaded.
 */
public final class PerfMap {
  public static final String PROPERTY = "vitrine.perf-map";

  private PerfMap() {}

  /** Where this process's lines are. */
  public static Path file() {
    return Path.of("/tmp", "perf-" + ProcessHandle.current().pid() + ".map");
  }

  static synchronized void add(long address, long bytes, String name) {
    if (!Boolean.getBoolean(PROPERTY)) {
      return;
    }
    String line = String.format(Locale.ROOT, "%x %x vitrine_%s%n", address, bytes, name);
    try {
      // In a folder that all may write to: nobody's link is followed.
      Files.writeString(
          file(),
          line,
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND,
          LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      throw new VitrineException(file() + ": can't write the names of kernels: " + e, e);
    }
  }
}
