package dev.vitrine.compiler.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Gives memory to blocks that live for some of a program's steps, so that few bytes are needed. */
final class Arena {
  /** A block of memory in use from step {@code first} to step {@code last}, both included. */
  record Block(long bytes, int first, int last) {
    boolean meets(Block other) {
      return first <= other.last && other.first <= last;
    }
  }

  private Arena() {}

  /**
   * An offset for each block, multiples of {@link Program#ALIGNMENT}; blocks that live at the same
   * time don't overlap. Large blocks are placed first, each in the smallest gap that takes it.
   */
  static long[] place(List<Block> blocks) {
    long[] offsets = new long[blocks.size()];
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < offsets.length; i++) {
      order.add(i);
    }
    order.sort(Comparator.comparingLong((Integer i) -> -blocks.get(i).bytes()));
    List<Integer> placed = new ArrayList<>();
    for (int i : order) {
      Block block = blocks.get(i);
      offsets[i] =
          gap(
              block,
              placed.stream().filter(j -> block.meets(blocks.get(j))).toList(),
              blocks,
              offsets);
      placed.add(i);
    }
    return offsets;
  }

  private static long gap(Block block, List<Integer> others, List<Block> blocks, long[] offsets) {
    List<Integer> byOffset = new ArrayList<>(others);
    byOffset.sort(Comparator.comparingLong(j -> offsets[j]));
    long best = -1;
    long bestSize = Long.MAX_VALUE;
    long end = 0;
    for (int j : byOffset) {
      long size = offsets[j] - end;
      if (size >= block.bytes() && size < bestSize) {
        best = end;
        bestSize = size;
      }
      end = Math.max(end, aligned(offsets[j] + blocks.get(j).bytes()));
    }
    return best >= 0 ? best : end;
  }

  /** The least multiple of the alignment that is not below that. */
  static long aligned(long bytes) {
    return Math.addExact(bytes, Program.ALIGNMENT - 1) & -Program.ALIGNMENT;
  }
}
