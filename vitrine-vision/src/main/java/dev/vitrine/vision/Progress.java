package dev.vitrine.vision;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A bar that shows how much of a long task is done, how fast it goes on and when it will end. It
 * appears after a while, only where it is seen by a person, and leaves nothing behind.
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
  private long before;
  private int columns;

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

  /** So much of the total was done before this began: it doesn't count for the rate. */
  public void resume(long amount) {
    done = amount;
    before = amount;
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
    String bar = "[" + "#".repeat(filled) + " ".repeat(WIDTH - filled) + "] " + done + "/" + total;
    drawn = System.nanoTime();
    String line = bar + pace(done - before, total - done, (drawn - start) * 1e-9);
    columns = Math.max(columns, line.length());
    out.print("\r" + line + " ".repeat(columns - line.length()));
    out.flush();
  }

  /**
   * The rate and the time that the rest will take at it; empty where nothing is done.
   *
   * @param amount done in so many seconds
   */
  static String pace(long amount, long rest, double seconds) {
    if (amount < 1 || seconds <= 0) {
      return "";
    }
    double rate = amount / seconds;
    long left = (long) Math.ceil(rest / rate);
    String clock =
        left < 3600
            ? "%d:%02d".formatted(left / 60, left % 60)
            : "%d:%02d:%02d".formatted(left / 3600, left / 60 % 60, left % 60);
    return String.format(Locale.ROOT, rate < 10 ? "  %.1f/s" : "  %.0f/s", rate)
        + "  "
        + clock
        + " left";
  }

  /** Removes the bar until it is drawn again, so that a line can be printed in its place. */
  public void clear() {
    if (out != null && drawn != 0) {
      out.print("\r" + " ".repeat(columns) + "\r");
      out.flush();
    }
  }

  /** Removes the bar. */
  @Override
  public void close() {
    clear();
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
