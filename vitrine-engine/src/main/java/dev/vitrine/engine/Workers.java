package dev.vitrine.engine;

import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Threads that help a run with its steps. Each takes the tiles of a range of its own one after
 * another, which lets a kernel know what its thread will most likely do next, and then what is left
 * at the end of others' ranges, so that a slow thread holds nobody back. Helpers serve one run at a
 * time; another run that comes meanwhile goes on alone. Idle helpers are parked.
 */
final class Workers implements AutoCloseable {
  /** How often a thread looks for work, or for the end of a step, before it parks. */
  private static final int LOOKS = 2_000;

  private final Helper[] helpers;
  private final ReentrantLock busy = new ReentrantLock();

  // The step in work. Its fields are written before tiles are offered and don't change until the
  // last of them is done.
  private Kernel kernel;
  private long step;
  private MemorySegment arena;
  private Thread caller;

  /**
   * Each thread's range of tiles not yet taken, the caller's last: the first in the upper half, the
   * end in the lower.
   */
  private final AtomicLong[] ranges;

  private final AtomicInteger unfinished = new AtomicInteger();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private volatile boolean closed;

  /** Steps that were run in this process. */
  private static final AtomicLong STEPS = new AtomicLong();

  /**
   * @param threads helpers and caller together
   * @param reserve prepares each helper's scratch
   */
  Workers(int threads, Consumer<Scratch> reserve) {
    helpers = new Helper[threads - 1];
    ranges = new AtomicLong[threads];
    Arrays.setAll(ranges, _ -> new AtomicLong());
    for (int i = 0; i < helpers.length; i++) {
      helpers[i] = new Helper(i);
      reserve.accept(helpers[i].scratch);
    }
    for (Helper h : helpers) {
      h.start();
    }
  }

  /** Takes the helpers for a run if they are free. */
  boolean acquire() {
    return helpers.length > 0 && busy.tryLock();
  }

  void release() {
    busy.unlock();
  }

  /** Runs all tiles of a step on the caller's thread. */
  static void alone(Kernel k, MemorySegment memory, Scratch scratch) {
    scratch.step(STEPS.incrementAndGet());
    for (int tile = 0, n = k.tiles(); tile < n; tile++) {
      k.run(tile, memory, scratch);
    }
  }

  /** Runs all tiles of a step with the helpers, which the caller has acquired. */
  void together(Kernel k, MemorySegment memory, Scratch scratch) {
    int tiles = k.tiles();
    if (tiles < 2) {
      alone(k, memory, scratch);
      return;
    }
    kernel = k;
    step = STEPS.incrementAndGet();
    arena = memory;
    caller = Thread.currentThread();
    unfinished.set(tiles);
    for (int i = 0; i < ranges.length; i++) {
      ranges[i].set(range(part(tiles, i), part(tiles, i + 1)));
    }
    for (int i = 0; i < Math.min(helpers.length, tiles - 1); i++) {
      helpers[i].wake();
    }
    work(helpers.length, scratch);
    for (int i = 0; unfinished.get() > 0; i++) {
      if (i < LOOKS) {
        Thread.onSpinWait();
      } else {
        LockSupport.park(this);
      }
    }
    Throwable t = failure.getAndSet(null);
    if (t != null) {
      throw new IllegalStateException(k.name() + " failed: " + t, t);
    }
  }

  private int part(int tiles, int thread) {
    return (int) ((long) tiles * thread / ranges.length);
  }

  private static long range(int first, int end) {
    return (long) first << 32 | end;
  }

  private static int first(long range) {
    return (int) (range >>> 32);
  }

  private static int end(long range) {
    return (int) range;
  }

  private boolean anyLeft() {
    for (AtomicLong r : ranges) {
      long now = r.get();
      if (first(now) < end(now)) {
        return true;
      }
    }
    return false;
  }

  /** Takes and runs tiles until none is left, those of the thread's own range first. */
  private void work(int thread, Scratch scratch) {
    for (int i = 0; i < ranges.length; i++) {
      AtomicLong range = ranges[(thread + i) % ranges.length];
      for (long now = range.get(); first(now) < end(now); now = range.get()) {
        boolean own = i == 0;
        long less = own ? range(first(now) + 1, end(now)) : range(first(now), end(now) - 1);
        if (range.compareAndSet(now, less)) {
          run(own ? first(now) : end(less), scratch);
        }
      }
    }
  }

  private void run(int tile, Scratch scratch) {
    try {
      scratch.step(step);
      kernel.run(tile, arena, scratch);
    } catch (Throwable t) {
      failure.compareAndSet(null, t);
    }
    Thread waiting = caller;
    if (unfinished.decrementAndGet() == 0 && waiting != Thread.currentThread()) {
      LockSupport.unpark(waiting);
    }
  }

  /** Ends the helpers. No step may be in work. */
  @Override
  public void close() {
    closed = true;
    for (Helper h : helpers) {
      LockSupport.unpark(h);
    }
    boolean interrupted = false;
    for (Helper h : helpers) {
      while (h.isAlive()) {
        try {
          h.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Helper extends Thread {
    private final int number;
    private final Scratch scratch = new Scratch();
    private volatile boolean parked;

    Helper(int number) {
      super(null, null, "vitrine-" + (number + 1), 0, false);
      this.number = number;
      setDaemon(true);
    }

    void wake() {
      if (parked) {
        LockSupport.unpark(this);
      }
    }

    @Override
    public void run() {
      int looks = 0;
      while (!closed) {
        if (anyLeft()) {
          work(number, scratch);
          looks = 0;
        } else if (looks < LOOKS) {
          looks++;
          Thread.onSpinWait();
        } else {
          parked = true;
          if (!anyLeft() && !closed) {
            LockSupport.park(Workers.this);
          }
          parked = false;
        }
      }
    }
  }
}
