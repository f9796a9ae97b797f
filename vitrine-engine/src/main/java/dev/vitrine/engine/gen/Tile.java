package dev.vitrine.engine.gen;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The tiles of products, a row each: how much of the result stays in registers. */
public enum Tile {
  AVX2_6X16(Width.AVX2, 6, 2, 1.0, 1.0),
  AVX2_4X24(Width.AVX2, 4, 3, 0.95, 0.95),
  AVX2_12X8(Width.AVX2, 12, 1, 0.85, 0.85),
  AVX512_14X32(Width.AVX512, 14, 2, 1.0, 0.83),
  AVX512_9X48(Width.AVX512, 9, 3, 0.97, 1.0),
  AVX512_21X16(Width.AVX512, 21, 1, 0.85, 0.75);

  private final Width width;
  private final int rows;
  private final int vectors;
  private final double speed;
  private final double pairs;

  /**
   * @param speed compared with the width's best, for choosing
   * @param pairs the same for {@link Dot#PAIRS}, which read more than they multiply where vectors
   *     are few
   */
  Tile(Width width, int rows, int vectors, double speed, double pairs) {
    this.width = width;
    this.rows = rows;
    this.vectors = vectors;
    this.speed = speed;
    this.pairs = pairs;
  }

  /** A width's tiles, the best for many columns first. */
  public static List<Tile> of(Width width) {
    return Arrays.stream(values()).filter(t -> t.width == width).toList();
  }

  /** The tile that takes least time for that many columns, filled up to whole panels. */
  public static Tile choose(Width width, int columns) {
    return choose(width, columns, false);
  }

  /** As {@link #choose(Width, int)}; for products of bytes, by the way in which these are made. */
  public static Tile choose(Width width, int columns, Dot dot) {
    return choose(width, columns, dot == Dot.PAIRS);
  }

  private static Tile choose(Width width, int columns, boolean pairs) {
    return of(width).stream()
        .min(Comparator.comparingDouble(t -> t.filled(columns) / (pairs ? t.pairs : t.speed)))
        .orElseThrow();
  }

  private int filled(int columns) {
    return Math.ceilDiv(columns, columns()) * columns();
  }

  public Width width() {
    return width;
  }

  public int rows() {
    return rows;
  }

  int vectors() {
    return vectors;
  }

  /** Columns, which are a panel's. */
  public int columns() {
    return vectors * width.lanes();
  }

  @Override
  public String toString() {
    return rows + "x" + columns() + "_" + width.text();
  }
}
