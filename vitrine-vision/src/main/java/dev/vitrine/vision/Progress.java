package dev.vitrine.vision;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A bar that shows how much of a long task is done. It appears after a while, only where it is seen
 * by a person, and leaves nothing behind.
 */
public final class Progress implements AutoCloseable {
  private static final int WIDTH = 30;
  private static final long PATIENCE = 700_000_000;
  private static final long REFRESH = 100_000_000;

  private final PrintWriter out;
  private final long total;
  private final long start = System.nanoTime();
  private long drawn;
  private long done;

  private Progress(PrintWriter out, long total) {
    this.out = out;
    this.total = total;
  }

  /** A bar on standard error if that is a terminal; else one that draws nothing. */
  public static Progress onTerminal(long total) {
    return new Progress(isTerminal() ? new PrintWriter(System.err, true) : null, total);
  }

  /** A bar on any writer. */
  static Progress on(PrintWriter out, long total) {
    return new Progress(out, total);
  }

  /** One more of the total is done. */
  public void step() {
    to(done + 1);
  }

  /** So much of the total is done. */
  public void to(long amount) {
    done = amount;
    long now = System.nanoTime();
    if (out != null && now - start > PATIENCE && now - drawn > REFRESH) {
      draw();
      drawn = now;
    }
  }

  void draw() {
    int filled = (int) Math.min(WIDTH, WIDTH * done / Math.max(1, total));
    out.print("\r[" + "#".repeat(filled) + " ".repeat(WIDTH - filled) + "] " + done + "/" + total);
    out.flush();
    drawn = System.nanoTime();
  }

  /** Removes the bar. */
  @Override
  public void close() {
    if (out != null && drawn != 0) {
      out.print("\r" + " ".repeat(WIDTH + 4 + 2 * String.valueOf(total).length()) + "\r");
      out.flush();
    }
  }

  /**
   * Java tells it of input and output together only; where there is /proc it tells of errors'
   * place.
   */
  private static boolean isTerminal() {
    try {
      Path stderr = Path.of("/proc/self/fd/2");
      if (Files.isSymbolicLink(stderr)) {
        return Files.readSymbolicLink(stderr).toString().matches("/dev/(pts/|tty).*");
      }
    } catch (IOException e) {
      return false;
    }
    return System.console() != null && System.console().isTerminal();
  }
}
