package dev.vitrine.engine.machine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * Zeroed memory for weights and for what runs work on, in large pages where the system gives them,
 * so that a product's rows take fewer entries of the processor's page tables. Freed with its owner.
 * For one thread.
 */
public final class LargePages implements SegmentAllocator {
  private static final long PAGE = 2 << 20;

  /**
   * Blocks are cut from slabs of at least that size, of which what isn't touched takes no memory.
   */
  private static final long SLAB = 16 << 20;

  private final Arena owner;
  private MemorySegment slab = MemorySegment.NULL;
  private long used;
  private boolean refused;

  public LargePages(Arena owner) {
    this.owner = owner;
  }

  @Override
  public MemorySegment allocate(long bytes, long alignment) {
    if (bytes < 0) {
      throw new IllegalArgumentException(bytes + " bytes");
    }
    long start = used + alignment - 1 & -alignment;
    if (start > slab.byteSize() - bytes) {
      if (refused || alignment > PAGE || !newSlab(bytes)) {
        return owner.allocate(bytes, alignment);
      }
      start = 0;
    }
    used = start + bytes;
    return slab.asSlice(start, bytes);
  }

  @SuppressWarnings("restricted") // the pages come from the system by address
  private boolean newSlab(long bytes) {
    try {
      Pages pages = Pages.host();
      long size = Math.addExact(Math.max(bytes, SLAB), PAGE - 1) & -PAGE;
      MemorySegment mapped = pages.map(Math.addExact(size, PAGE));
      long start = -mapped.address() & (PAGE - 1);
      pages.preferLarge(mapped.asSlice(start, size));
      slab = mapped.reinterpret(owner, pages::unmap).asSlice(start, size);
      used = 0;
      return true;
    } catch (CodeRefusedException | IllegalCallerException | ArithmeticException e) {
      refused = true;
      return false;
    }
  }
}
