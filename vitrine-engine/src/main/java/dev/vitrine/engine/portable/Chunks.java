package dev.vitrine.engine.portable;

import dev.vitrine.engine.kernel.Nest;

/** How the runs of a nest are cut into chunks, and the chunks into tiles. */
record Chunks(long runs, long length, int chunk, long perRun, long perTile) {
  private static final int WORK = 16 * 1024;

  static Chunks of(Nest nest, int longest) {
    long length = nest.inner();
    int chunk = Math.clamp(length, 1, longest);
    long perRun = (length + chunk - 1) / chunk;
    return new Chunks(nest.outer(), length, chunk, perRun, Math.max(1, WORK / chunk));
  }

  int tiles() {
    return length == 0 ? 0 : Math.toIntExact((runs * perRun + perTile - 1) / perTile);
  }

  long first(int tile) {
    return tile * perTile;
  }

  long end(int tile) {
    return Math.min(runs * perRun, (tile + 1) * perTile);
  }

  /** Where chunk {@code i} starts in its run. */
  long start(long i) {
    return i % perRun * chunk;
  }

  int size(long i) {
    return (int) Math.min(chunk, length - start(i));
  }
}
