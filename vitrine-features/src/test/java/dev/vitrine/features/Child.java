package dev.vitrine.features;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A process of its own that runs a class of the tests, to be killed. */
public final class Child implements AutoCloseable {
  private static final long PATIENCE = TimeUnit.MINUTES.toNanos(3);

  private final Process process;

  /**
   * Starts a class.
   *
   * @param out gets what it prints
   */
  public Child(Path out, Class<?> main, Object... arguments) {
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
      Files.writeString(out, "");
      process =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .redirectOutput(out.toFile())
              .start();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Waits until something is so.
   *
   * @throws AssertionError when the process ends before, or nothing happens for minutes
   */
  public void await(BooleanSupplier something) {
    long start = System.nanoTime();
    while (!something.getAsBoolean()) {
      if (!process.isAlive() || System.nanoTime() - start > PATIENCE) {
        throw new AssertionError("the process doesn't do what it should");
      }
      LockSupport.parkNanos(1_000_000);
    }
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
