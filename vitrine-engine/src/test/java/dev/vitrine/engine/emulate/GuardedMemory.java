package dev.vitrine.engine.emulate;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/** Real addresses, of which only those in the given regions may be touched. */
final class GuardedMemory {
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final List<MemorySegment> regions;
  private MemorySegment last;

  GuardedMemory(List<MemorySegment> regions) {
    this.regions = List.copyOf(regions);
    this.last = regions.getFirst();
  }

  private long offset(long address, int bytes) {
    long offset = address - last.address();
    if (offset >= 0 && offset + bytes <= last.byteSize()) {
      return offset;
    }
    for (MemorySegment region : regions) {
      offset = address - region.address();
      if (offset >= 0 && offset + bytes <= region.byteSize()) {
        last = region;
        return offset;
      }
    }
    throw new AssertionError("touches " + bytes + " bytes that aren't its own" + nearest(address));
  }

  private String nearest(long address) {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < regions.size(); i++) {
      long offset = address - regions.get(i).address();
      if (offset > -4096 && offset < regions.get(i).byteSize() + 4096) {
        s.append(", at ")
            .append(offset)
            .append(" of the ")
            .append(regions.get(i).byteSize())
            .append(" of region ")
            .append(i);
      }
    }
    return s.toString();
  }

  long load(long address, int bytes) {
    long at = offset(address, bytes);
    return switch (bytes) {
      case 1 -> last.get(ValueLayout.JAVA_BYTE, at) & 0xffL;
      case 2 -> last.get(SHORT, at) & 0xffffL;
      case 4 -> last.get(INT, at) & 0xffff_ffffL;
      case 8 -> last.get(LONG, at);
      default -> throw new IllegalArgumentException(bytes + " bytes");
    };
  }

  void store(long address, int bytes, long value) {
    long at = offset(address, bytes);
    switch (bytes) {
      case 1 -> last.set(ValueLayout.JAVA_BYTE, at, (byte) value);
      case 2 -> last.set(SHORT, at, (short) value);
      case 4 -> last.set(INT, at, (int) value);
      case 8 -> last.set(LONG, at, value);
      default -> throw new IllegalArgumentException(bytes + " bytes");
    }
  }
}
