package dev.vitrine.features;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of its own that runs a class of the tests, to be killed. */
public final class Child implements AutoCloseable {
  private final Process process;

  /** Starts a class; what it prints can be read from {@link #process()}. */
  public Child(Class<?> main, Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "-Dvitrine.root=" + System.getProperty("vitrine.root"),
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
    for (Object a : arguments) {
      command.add(a.toString());
    }
    try {
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  public Process process() {
    return process;
  }

  /** Ends it as a power cut would: it gets no chance to tidy up. */
  public void kill() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        throw new AssertionError("it doesn't end");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    kill();
  }
}
