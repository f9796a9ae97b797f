package dev.vitrine.engine;

import dev.vitrine.engine.kernel.Kernel;
import dev.vitrine.engine.kernel.Scratch;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Threads that help a run with its steps. Tiles are taken one by one from a counter that all share,
 * so that a slow thread holds nobody back. Helpers serve one run at a time; another run that comes
 * meanwhile goes on alone. Idle helpers are parked.
 */
final class Workers implements AutoCloseable {
  /** How often a thread looks for work, or for the end of a step, before it parks. */
  private static final int LOOKS = 2_000;

  private final Helper[] helpers;
  private final ReentrantLock busy = new ReentrantLock();

  // The step in work. Its fields are written before tiles are offered and don't change until the
  // last of them is done.
  private Kernel kernel;
  private MemorySegment arena;
  private Thread caller;

  /** Serial number of the step in the upper half, tiles not yet taken in the lower. */
  private final AtomicLong offered = new AtomicLong();

  private final AtomicInteger unfinished = new AtomicInteger();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private volatile boolean closed;

  /**
   * @param threads helpers and caller together
   * @param reserve prepares each helper's scratch
   */
  Workers(int threads, Consumer<Scratch> reserve) {
    helpers = new Helper[threads - 1];
    for (int i = 0; i < helpers.length; i++) {
      helpers[i] = new Helper("vitrine-" + (i + 1));
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
    arena = memory;
    caller = Thread.currentThread();
    unfinished.set(tiles);
    offered.set(((offered.get() >>> 32) + 1) << 32 | tiles);
    for (int i = 0; i < Math.min(helpers.length, tiles - 1); i++) {
      helpers[i].wake();
    }
    work(scratch);
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

  /** Takes and runs tiles until none is left. */
  private void work(Scratch scratch) {
    for (; ; ) {
      long now = offered.get();
      int left = (int) now;
      if (left == 0) {
        return;
      }
      if (!offered.compareAndSet(now, now - 1)) {
        continue;
      }
      try {
        kernel.run(left - 1, arena, scratch);
      } catch (Throwable t) {
        failure.compareAndSet(null, t);
      }
      Thread waiting = caller;
      if (unfinished.decrementAndGet() == 0 && waiting != Thread.currentThread()) {
        LockSupport.unpark(waiting);
      }
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
    private final Scratch scratch = new Scratch();
    private volatile boolean parked;

    Helper(String name) {
      super(null, null, name, 0, false);
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
        if ((int) offered.get() != 0) {
          work(scratch);
          looks = 0;
        } else if (looks < LOOKS) {
          looks++;
          Thread.onSpinWait();
        } else {
          parked = true;
          if ((int) offered.get() == 0 && !closed) {
            LockSupport.park(Workers.this);
          }
          parked = false;
        }
      }
    }
  }
}
